using System.Globalization;
using System.Text;
using LockCheck.Patches;
using LockCheck.Tests.Support;
using Xunit;

namespace LockCheck.Tests.Patches;

/// <summary>Damaged patches are read, or refused in words; never is what was read anything but a diff in order.</summary>
/// <remarks><c>LOCKCHECK_MUTATIONS=10000</c> tries that many; a failing seed is named, and fails again.</remarks>
public sealed class MutatedPatchTests
{
    const int Parts = 4;

    static readonly int s_count = int.TryParse(Environment.GetEnvironmentVariable("LOCKCHECK_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 400;

    static readonly string[] s_patches =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", "patches"), "*.patch", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(f))),
        "diff --git a/a b/b\nsimilarity index 90%\nrename from a\nrename to b\n--- a/a\n+++ b/b\n@@ -1,2 +1 @@\n-x\n y\n\\ No newline at end of file\n",
        "diff --git \"a/\\303\\244 \\\"q\\\".cs\" \"b/\\303\\244 \\\"q\\\".cs\"\nold mode 100644\nnew mode 100755\n--- \"a/\\303\\244 \\\"q\\\".cs\"\n+++ \"b/\\303\\244 \\\"q\\\".cs\"\n@@ -0,0 +1,2 @@\n+a\n+b\n",
        "diff --git a/i b/i\nindex 0000000..1111111 100644\nGIT binary patch\nliteral 3\nKcmZQzXJlk#00IC20RR91\n\nliteral 0\nHcmV?d00001\n\n",
        "> > --- a/x.cs\n> > +++ b/x.cs\n> > @@ -1,3 +1,3 @@\n> >  a\n> > -b\n> \n> Why?\n> \n> > +c\n> >  d\n",
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Mutation_IsReadOrRefused(int part)
    {
        var failures = new List<string>();
        for (var seed = part; seed < s_count; seed += Parts)
        {
            var text = Mutated(new Random(seed));
            try
            {
                if (PatchReader.Take("mutated", text) is not { } patch)
                    continue;
                var diff = Encoding.Latin1.GetString(patch.Diff);
                foreach (var hunk in UnifiedDiff.Parse(diff).SelectMany(f => f.Hunks))
                {
                    Assert.Equal(hunk.OldCount, hunk.Lines.Count(l => l.Kind != DiffLineKind.Added));
                    Assert.Equal(hunk.NewCount, hunk.Lines.Count(l => l.Kind != DiffLineKind.Removed));
                }
                // What is in order stays as it is, but for the line ends of a second transport.
                Assert.Equal(diff.Replace("\r", "", StringComparison.Ordinal), Encoding.Latin1.GetString(PatchReader.Take("again", diff)!.Diff).Replace("\r", "", StringComparison.Ordinal));
                await HunkAnchor.AnchorAsync(diff, _ => Task.FromResult<string?>("a\nb\nc\nd\n"));
            }
            catch (PatchException e)
            {
                Assert.NotEqual("", e.Message);
            }
            catch (Exception e)
            {
                failures.Add($"seed {seed}: {e}\n--- patch\n{text}");
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} failed\n{string.Join("\n\n", failures.Take(3))}");
    }

    static string Mutated(Random random)
    {
        var lines = s_patches[random.Next(s_patches.Length)].Split('\n').ToList();
        for (var i = random.Next(1, 6); i > 0 && lines.Count > 1; i--)
        {
            var at = random.Next(lines.Count);
            switch (random.Next(12))
            {
                case 0:
                    lines.RemoveAt(at);
                    break;
                case 1:
                    lines.Insert(at, lines[random.Next(lines.Count)]);
                    break;
                case 2:
                    (lines[at], lines[^1]) = (lines[^1], lines[at]);
                    break;
                case 3:
                    lines.RemoveRange(at, lines.Count - at);
                    break;
                case 4:
                    lines[at] = lines[at][..random.Next(lines[at].Length + 1)];
                    break;
                case 5:
                    lines[at] += (char)random.Next(256);
                    break;
                case 6:
                    lines = lines.ConvertAll(l => "> " + l);
                    break;
                case 7:
                    lines = lines.ConvertAll(l => l + "\r");
                    break;
                case 8:
                    lines[at] = string.Concat(lines[at].Select(c => char.IsAsciiDigit(c) ? (char)('0' + random.Next(10)) : c));
                    break;
                case 9:
                    lines[at] = lines[at].Replace("  ", " ", StringComparison.Ordinal).Replace(' ', random.Next(2) == 0 ? ' ' : '\t');
                    break;
                case 10 when at + 1 < lines.Count:
                    lines[at] += lines[at + 1];
                    lines.RemoveAt(at + 1);
                    break;
                default:
                    lines.Insert(at, random.Next(5) switch { 0 => "@@ -1,2147483647 +1,2147483647 @@", 1 => "@@ -99999999999,1 +1 @@", 2 => "--- ", 3 => "diff --git ", _ => "GIT binary patch" });
                    break;
            }
        }
        return string.Join('\n', lines);
    }
}
