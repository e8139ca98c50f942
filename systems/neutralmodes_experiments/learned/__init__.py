"""The learned cell: its model, its training, its studies, and the certificate of a trained network."""
