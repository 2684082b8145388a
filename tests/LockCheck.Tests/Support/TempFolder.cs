namespace LockCheck.Tests.Support;

/// <summary>A folder of files for one test, removed with it.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder(string name = "src")
    {
        _parent = Directory.CreateTempSubdirectory("lockcheck-test-").FullName;
        // The system's folder for temporary files may be a link; the tool names files as the SDK resolves them.
        Root = Directory.CreateDirectory(System.IO.Path.Combine(_parent, name)).FullName;
    }

    readonly string _parent;

    /// <summary>The folder's full path.</summary>
    public string Root { get; }

    /// <summary>Full path of a file in it, given with slashes.</summary>
    public string Path(string name) => System.IO.Path.Combine(Root, name.Replace('/', System.IO.Path.DirectorySeparatorChar));

    /// <summary>Writes a file.</summary>
    public TempFolder Add(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
        return this;
    }

    /// <summary>Writes a project file.</summary>
    /// <param name="properties">XML of properties, beside the target framework.</param>
    /// <param name="items">XML of items.</param>
    public TempFolder AddProject(string name, string properties = "", string items = "", string framework = "<TargetFramework>net10.0</TargetFramework>") =>
        Add(name, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>{framework}{properties}</PropertyGroup>
              <ItemGroup>{items}</ItemGroup>
            </Project>
            """);

    /// <summary>Writes a program for the shell, to stand in for one that the tool runs. Not for Windows.</summary>
    public TempFolder AddScript(string name, string lines)
    {
        Add(name, "#!/bin/sh\n" + lines + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
