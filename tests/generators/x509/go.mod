module kubectl-oci/tests/generators/x509

go 1.26
