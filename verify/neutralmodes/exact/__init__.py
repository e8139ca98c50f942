"""Exact arithmetic: expression trees, polynomials, function towers, balls, linear algebra."""
