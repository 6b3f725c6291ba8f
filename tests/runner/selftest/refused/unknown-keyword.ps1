NoSuchKeyword "d" { }; Describe "d" { It "i" { } }
