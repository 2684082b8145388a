using System.Reflection;
using Microsoft.CodeAnalysis;

namespace FindingsHost;

/// <summary>Loads an analyzer from where it lies; what it needs of Roslyn is the host's own.</summary>
sealed class Loader : IAnalyzerAssemblyLoader
{
    public void AddDependencyLocation(string fullPath)
    {
    }

    public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
}
