Describe "d" { It "i"
{ } }
