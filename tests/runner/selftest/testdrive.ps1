# Every test here passes when TestDrive is Pester's.

Describe 'TestDrive' {
    BeforeAll { [IO.File]::WriteAllText("$TestDrive/outer", 'outer text') }

    It 'is a folder' { $TestDrive | Should -Exist; 'TestDrive:/' | Should -Exist }
    It 'shows a file under both names' { "$TestDrive/outer" | Should -Exist; 'TestDrive:/outer' | Should -Exist }
    It 'reads through the drive' { 'TestDrive:/outer' | Should -FileContentMatch 'OUTER' }
    Context 'in a block' {
        BeforeAll { $null = [IO.Directory]::CreateDirectory("$TestDrive/folder"); [IO.File]::WriteAllText("$TestDrive/folder/inner", '') }
        It 'sees outer and inner files' { "$TestDrive/outer", "$TestDrive/folder/inner" | Should -Exist }
    }
    It 'loses the files of an inner block' { "$TestDrive/folder" | Should -Not -Exist }
    It 'keeps its own' { "$TestDrive/outer" | Should -Exist }
}

Describe 'the next block' {
    It 'starts with an empty drive' { @([IO.Directory]::GetFileSystemEntries($TestDrive)) | Should -HaveCount 0 }
}
