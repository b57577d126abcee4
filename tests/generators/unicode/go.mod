module kubectl-oci/tests/generators/unicode

go 1.26
