module kubectl-oci/tests/generators/regex_unicode

go 1.26
