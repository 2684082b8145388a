using System.Diagnostics;
using System.Text;
using Xunit;

namespace LockCheck.Tests.Support;

/// <summary>A repository for one test, with one project in the folder <c>P</c> that has the attributes of the contracts.</summary>
public sealed class GitFolder : IDisposable
{
    /// <summary>Copies of the attributes that the tests use; they are known by their full names.</summary>
    public const string Attributes = """
        using System;
        namespace LockDiscipline
        {
            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)] internal sealed class GuardedByAttribute(params string[] locks) : Attribute { public string[] Locks => locks; }
            [AttributeUsage(AttributeTargets.All, AllowMultiple = true)] internal sealed class RequiresLockAttribute(params string[] locks) : Attribute { public string[] Locks => locks; public bool Shared { get; set; } }
            [AttributeUsage(AttributeTargets.All)] internal sealed class MaySleepAttribute : Attribute;
            [AttributeUsage(AttributeTargets.All)] internal sealed class NoLockAnalysisAttribute(string reason) : Attribute { public string Reason => reason; }
        }

        """;

    readonly TempFolder _folder = new("repo");

    /// <summary>Makes one.</summary>
    /// <param name="restored">Whether the project's packages are restored, so that the tool can load it where it lies; otherwise it makes a copy and restores that.</param>
    public GitFolder(bool withProject = true, bool restored = true)
    {
        Git("init", "--quiet", "--initial-branch=main");
        Git("config", "user.name", "Tester");
        Git("config", "user.email", "tester@example.org");
        Git("config", "core.autocrlf", "false");
        if (withProject)
        {
            Folder.AddProject("P/P.csproj").Add("P/Attributes.cs", Attributes);
            if (restored)
            {
                Folder.Add(".git/info/exclude", "obj/\nbin/\n");
                RestoredProject.CopyTo(Folder);
            }
        }
    }

    /// <summary>The work tree.</summary>
    public TempFolder Folder => _folder;

    /// <summary>Writes a file.</summary>
    public GitFolder Add(string name, string text)
    {
        Folder.Add(name, text);
        return this;
    }

    /// <summary>Commits everything.</summary>
    public GitFolder Commit(string subject)
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "--message", subject);
        return this;
    }

    /// <summary>Runs git, which must succeed.</summary>
    public string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Folder.Root, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_AUTHOR_DATE"] = start.Environment["GIT_COMMITTER_DATE"] = "2026-01-01T00:00:00Z";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"git {string.Join(' ', arguments)}: {error.Result}");
        return output;
    }

    /// <summary>What a run must leave as it was: files, index, references, objects.</summary>
    public string State()
    {
        var state = new StringBuilder(Git("status", "--porcelain", "--ignored"));
        state.Append(Git("for-each-ref")).Append(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Folder.Path(".git/index")))));
        foreach (var file in Directory.EnumerateFiles(Folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            state.Append('\n').Append(file).Append(' ').Append(new FileInfo(file).Length);
        foreach (var directory in Directory.EnumerateDirectories(Folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            state.Append('\n').Append(directory);
        return state.ToString();
    }

    public void Dispose() => _folder.Dispose();
}
