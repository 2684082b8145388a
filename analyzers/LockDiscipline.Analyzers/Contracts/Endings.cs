using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>Which calls end a path: methods that never return, or do not for one value of an argument. Thread-safe.</summary>
internal sealed class Endings
{
    readonly ConcurrentDictionary<IMethodSymbol, Ending> _endings = new(SymbolEqualityComparer.Default);

    public Ending Of(IMethodSymbol method) => _endings.TryGetValue(method, out var ending) ? ending : _endings.GetOrAdd(method, Read(method));

    static Ending Read(IMethodSymbol method)
    {
        bool always = false;
        foreach (var attribute in method.GetAttributes())
            always |= attribute.AttributeClass?.Name == "DoesNotReturnAttribute";
        var conditions = ImmutableArray<(IParameterSymbol, bool)>.Empty;
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Type.SpecialType != SpecialType.System_Boolean)
                continue;
            foreach (var attribute in parameter.GetAttributes())
            {
                if (attribute.AttributeClass?.Name == "DoesNotReturnIfAttribute" && attribute.ConstructorArguments.Length == 1
                    && attribute.ConstructorArguments[0].Value is bool ends)
                {
                    conditions = conditions.Add((parameter, ends));
                }
            }
        }

        return new Ending(always, conditions);
    }
}

/// <param name="Always">It never returns.</param>
/// <param name="When">Arguments, each with the value for which it does not return.</param>
internal readonly record struct Ending(bool Always, ImmutableArray<(IParameterSymbol Parameter, bool Value)> When);
