using System.CommandLine;
using LockCheck.Output;

namespace LockCheck.Commands;

/// <summary><c>lockcheck init</c>: writes what a continuous integration service or git needs to check every change.</summary>
internal static class InitCommand
{
    // Takes the place of the other hook, so it is written where it is asked for.
    const string CommitMessage = "commit-msg";

    const string GitHub = """
        # Written by 'lockcheck init'. Checks what a pull request introduces, and shows it beside its lines.
        name: lockcheck
        on: pull_request
        permissions:
          contents: read
          security-events: write
        jobs:
          lockcheck:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
                with:
                  # The base of the change has to be there as well.
                  fetch-depth: 0
              - uses: actions/setup-dotnet@v4
                with:
                  dotnet-version: 10.0.x
              - run: dotnet tool install --global LockCheck
              - run: dotnet restore
              - run: lockcheck patch "origin/$GITHUB_BASE_REF...HEAD" --format sarif --output lockcheck.sarif --exit-zero
              - uses: github/codeql-action/upload-sarif@v3
                with:
                  sarif_file: lockcheck.sarif
                  category: lockcheck
              - run: lockcheck patch "origin/$GITHUB_BASE_REF...HEAD" --format github

        """;

    const string GitLab = """
        # Written by 'lockcheck init'. Include it in .gitlab-ci.yml:
        #   include: { local: .gitlab/lockcheck.yml }
        lockcheck:
          image: mcr.microsoft.com/dotnet/sdk:10.0
          rules:
            - if: $CI_PIPELINE_SOURCE == "merge_request_event"
          variables:
            # The base of the change has to be there as well.
            GIT_DEPTH: "0"
          script:
            - dotnet tool install --global LockCheck
            - export PATH="$PATH:$HOME/.dotnet/tools"
            - dotnet restore
            - lockcheck patch "$CI_MERGE_REQUEST_DIFF_BASE_SHA..HEAD" --format gitlab --output gl-code-quality-report.json --exit-zero
            - lockcheck patch "$CI_MERGE_REQUEST_DIFF_BASE_SHA..HEAD"
          artifacts:
            when: always
            reports:
              codequality: gl-code-quality-report.json

        """;

    const string Azure = """
        # Written by 'lockcheck init'. Make a pipeline of it, and a build validation policy of the branch that asks for it.
        trigger: none
        pool:
          vmImage: ubuntu-latest
        steps:
          - checkout: self
            # The base of the change has to be there as well.
            fetchDepth: 0
          - task: UseDotNet@2
            inputs:
              version: 10.0.x
          - script: dotnet tool install --tool-path "$(Agent.TempDirectory)/tools" LockCheck
          - script: dotnet restore
          - script: '"$(Agent.TempDirectory)/tools/lockcheck" patch "origin/${SYSTEM_PULLREQUEST_TARGETBRANCH#refs/heads/}...HEAD" --format junit --output lockcheck.xml --exit-zero'
          - task: PublishTestResults@2
            condition: succeededOrFailed()
            inputs:
              testResultsFiles: lockcheck.xml
              testRunTitle: lockcheck
          - script: '"$(Agent.TempDirectory)/tools/lockcheck" patch "origin/${SYSTEM_PULLREQUEST_TARGETBRANCH#refs/heads/}...HEAD"'

        """;

    const string Hook = """
        #!/bin/sh
        # Written by 'lockcheck init'. Checks what is staged before it is committed.
        # Use it with: git config core.hooksPath .githooks
        exec lockcheck patch --staged

        """;

    // Here a finding may be let through, but not in silence.
    const string MessageHook = """
        #!/bin/sh
        # Written by 'lockcheck init commit-msg'. Checks what is about to be committed. A message with a line
        #   Lockcheck: REASON
        # lets it pass in spite of findings, and the history keeps the reason.
        # Use it with: git config core.hooksPath .githooks
        lockcheck patch --staged && exit 0
        status=$?
        if [ "$status" -eq 1 ]; then
            grep -q '^Lockcheck: *[^ ]' "$1" && exit 0
            echo "Mend it, or say in the message why it is right: a line 'Lockcheck: REASON'." >&2
        fi
        exit "$status"

        """;

    static readonly (string Name, string Path, string Text, string Next)[] s_files =
    [
        ("github", ".github/workflows/lockcheck.yml", GitHub, "commit it; it runs on the next pull request"),
        ("gitlab", ".gitlab/lockcheck.yml", GitLab, "include it in .gitlab-ci.yml: include: { local: .gitlab/lockcheck.yml }"),
        ("azure", ".azure-pipelines/lockcheck.yml", Azure, "make a pipeline of it, and a build validation policy of the branch"),
        ("hook", ".githooks/pre-commit", Hook, "git config core.hooksPath .githooks"),
        (CommitMessage, ".githooks/commit-msg", MessageHook, "git config core.hooksPath .githooks"),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var what = new Argument<string[]>("WHAT") { Description = "github, gitlab, azure, hook (before a commit), or commit-msg (after its message was written, which may give a reason to let a finding pass). Without it: the first four.", Arity = ArgumentArity.ZeroOrMore };
        what.HelpName = "WHAT";
        what.AcceptOnlyFromAmong([.. s_files.Select(f => f.Name)]);
        var folder = new Option<string>("-C") { Description = "Run as if started in this folder.", DefaultValueFactory = _ => "." };
        var force = new Option<bool>("--force") { Description = "Replace files that are there." };
        var command = new Command("init", "Writes files for continuous integration and a git hook.") { what, folder, force };
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetValue(what) is { Length: > 0 } named ? s_files.Where(f => named.Contains(f.Name)).ToList() : [.. s_files.Where(f => f.Name != CommitMessage)];
            var root = Path.GetFullPath(parsed.GetValue(folder)!);
            var there = wanted.Where(f => File.Exists(Path.Combine(root, f.Path))).Select(f => f.Path).ToList();
            if (there.Count > 0 && !parsed.GetValue(force))
                throw new LockCheckException(ExitCode.Usage, $"Nothing was written, since there is already: {string.Join(", ", there)}. Replace with --force.");
            foreach (var (_, path, text, next) in wanted)
            {
                Write(Path.Combine(root, path), text);
                terminal.Out.WriteLine($"wrote {path}; next: {next}");
            }
            return ExitCode.Clean;
        });
        return command;
    }

    static void Write(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text.ReplaceLineEndings("\n"));
            if (text.StartsWith("#!", StringComparison.Ordinal) && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LockCheckException(ExitCode.Usage, $"'{path}' cannot be written: {e.Message}");
        }
    }
}
