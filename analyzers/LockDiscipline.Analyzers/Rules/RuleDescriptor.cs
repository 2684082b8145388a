using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>Makes descriptors: one place for the help link and the categories.</summary>
internal static class RuleDescriptor
{
    public const string Locks = "Locks";
    public const string Context = "LockContext";
    public const string Results = "Results";
    public const string Lifetimes = "Lifetimes";
    public const string Protocols = "Protocols";
    public const string Contracts = "Contracts";

    /// <summary>A tag of rules that offer to write something down, of code in which nothing is wrong.</summary>
    public const string OfferTag = "LockDiscipline.Offer";

    const string Pages = "https://github.com/lockdiscipline/lockdiscipline/blob/main/analyzers/docs/rules/";

    public static DiagnosticDescriptor Warning(string id, string category, string title, string message, string description) =>
        Create(id, category, DiagnosticSeverity.Warning, title, message, description);

    public static DiagnosticDescriptor Suggestion(string id, string category, string title, string message, string description) =>
        Create(id, category, DiagnosticSeverity.Info, title, message, description);

    public static DiagnosticDescriptor Offer(string id, string category, string title, string message, string description) =>
        Create(id, category, DiagnosticSeverity.Info, title, message, description, OfferTag);

    static DiagnosticDescriptor Create(string id, string category, DiagnosticSeverity severity, string title, string message, string description, params string[] tags) =>
        new(id, title, message, category, severity, isEnabledByDefault: true, description, Pages + id + ".md", tags);
}
