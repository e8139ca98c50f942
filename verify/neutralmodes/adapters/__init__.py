"""Rules that come from elsewhere: Python callables, and through them other libraries."""
