"""The paper's figures and tables, one file each; entry points `neutralmodes.experiments`."""
