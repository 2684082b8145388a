using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// The field that the compiler keeps the handlers of an event in. It is no member that can be asked for its attributes, so
/// <c>[field: GuardedBy("_gate")]</c> is read as it is written; events of other assemblies have private fields, which nobody else uses.
/// </summary>
internal static class EventFields
{
    /// <summary>Whether an attribute stands on the field behind an event.</summary>
    public static bool IsOnOne(AttributeSyntax attribute) =>
        attribute.Parent is AttributeListSyntax { Target.Identifier.ValueText: "field", Parent: EventFieldDeclarationSyntax };

    /// <summary>What is stated of the field behind <paramref name="event"/>.</summary>
    public static ImmutableArray<Clause> Clauses(Compilation compilation, IEventSymbol @event)
    {
        var clauses = ImmutableArray.CreateBuilder<Clause>();
        foreach (var reference in @event.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is not VariableDeclaratorSyntax { Parent.Parent: EventFieldDeclarationSyntax { AttributeLists.Count: > 0 } declaration })
                continue;
            foreach (var list in declaration.AttributeLists)
            {
                foreach (var attribute in list.Attributes)
                {
                    if (IsOnOne(attribute) && Clause.TryRead(Models.Of(compilation, reference.SyntaxTree), attribute, CancellationToken.None) is { } clause)
                        clauses.Add(clause);
                }
            }
        }

        return clauses.ToImmutable();
    }
}
