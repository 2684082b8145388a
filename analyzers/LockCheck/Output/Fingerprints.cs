using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LockCheck.Judgement;

namespace LockCheck.Output;

/// <summary>Names findings so that the same one has the same name on every push, whatever moved around it.</summary>
internal static class Fingerprints
{
    const int Length = 32;

    /// <summary>A name for each finding. Equal ones, as of a statement that stands twice in a member, are counted.</summary>
    public static Dictionary<FindingIdentity, string> Of(IEnumerable<FindingIdentity> findings)
    {
        var names = new Dictionary<FindingIdentity, string>(ReferenceEqualityComparer.Instance);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var finding in findings.Distinct<FindingIdentity>(ReferenceEqualityComparer.Instance))
        {
            var hash = Hash(finding);
            var count = seen[hash] = seen.GetValueOrDefault(hash) + 1;
            names.Add(finding, $"{hash}:{count.ToString(CultureInfo.InvariantCulture)}");
        }
        return names;
    }

    // A member is known by its id; what stands in none, by its file.
    static string Hash(FindingIdentity finding)
    {
        var place = finding.Member.Length > 0 ? finding.Member : finding.Path;
        var text = string.Join('\u0001', finding.Rule, place, finding.Message, finding.Content);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Length];
    }
}
