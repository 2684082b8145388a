namespace EndToEnd.Tests.Running;

/// <summary>A folder feed with the packages as they would be published; packed once for all tests.</summary>
static class Feed
{
    static readonly Lazy<Task<string>> s_feed = new(PackAsync);

    public static Task<string> GetAsync() => s_feed.Value;

    static async Task<string> PackAsync()
    {
        var folder = ScratchFolder.Create();
        foreach (var project in new[] { "analyzers/LockDiscipline.Package", "analyzers/LockDiscipline.Annotations" })
        {
            var packed = await Cli.DotnetAsync(
                Repository.Root, "pack", project, "--no-build", "--configuration", Repository.Configuration, "--output", folder);
            packed.Succeeded();
        }

        return folder;
    }
}
