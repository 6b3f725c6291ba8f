using ProcConcurrency.HelpBuilder;

if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: HelpBuilder <folder of the Markdown pages> <folder for the help files>");
    return 2;
}

try
{
    var files = HelpFiles.Build(args[0]);
    Directory.CreateDirectory(args[1]);
    foreach (var stale in Directory.EnumerateFiles(args[1], "*.help.txt").Where(path => !files.ContainsKey(Path.GetFileName(path))))
    {
        File.Delete(stale);
    }

    foreach (var (name, text) in files)
    {
        File.WriteAllText(Path.Combine(args[1], name), text);
        Console.WriteLine(name);
    }

    return 0;
}
catch (Exception error) when (error is IOException or PageException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
