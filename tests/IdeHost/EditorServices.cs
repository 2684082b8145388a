using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.Host;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace IdeHost;

/// <summary>A member of the SDK's internal editor services is not where it is looked for.</summary>
sealed class ServicesDifferException(string message) : Exception(message);

/// <summary>One finding of an open document.</summary>
sealed record LiveFinding(string Id, TextSpan Span, string Message);

/// <summary>One entry of the light bulb.</summary>
sealed record OfferedFix(CodeAction Action, IReadOnlyList<string> Ids, bool HasFixAll);

/// <summary>The live diagnostics and the light bulb behind the editors, which are internal to Roslyn's Features layer: reached by reflection.</summary>
sealed class EditorServices
{
    const BindingFlags Anything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    readonly object _diagnostics;
    readonly MethodInfo _forSpan;
    readonly MethodInfo _deprioritized;
    readonly MethodInfo _atCompilationEnd;
    readonly object _fixes;
    readonly MethodInfo _streamFixes;

    public EditorServices()
    {
        var features = Assembly.Load("Microsoft.CodeAnalysis.Features");
        var host = MefHostServices.Create(
            MefHostServices.DefaultAssemblies.Append(features).Append(Assembly.Load("Microsoft.CodeAnalysis.CSharp.Features")).Distinct());
        Workspace = new AdhocWorkspace(host);

        var service = TypeOf(features, "Microsoft.CodeAnalysis.Diagnostics.IDiagnosticAnalyzerService");
        _diagnostics = WorkspaceService(service) ?? Export(host, service);
        _forSpan = Method(service, "GetDiagnosticsForSpanAsync", 6);
        _deprioritized = Method(service, "IsAnyDiagnosticIdDeprioritizedAsync", 3);
        _atCompilationEnd = Method(service, "GetCompilationEndDiagnosticDescriptorIdsAsync", 2);

        var fixes = TypeOf(features, "Microsoft.CodeAnalysis.CodeFixes.ICodeFixService");
        _fixes = Export(host, fixes);
        _streamFixes = Method(fixes, "StreamFixesAsync", 4);
    }

    public AdhocWorkspace Workspace { get; }

    /// <summary>What an editor underlines in the document, by analysis of that document alone.</summary>
    public async Task<List<LiveFinding>> GetLiveAsync(Document document)
    {
        var parameters = _forSpan.GetParameters();
        var everyId = parameters[2].ParameterType;
        var filter = everyId.GetField("All", Anything)?.GetValue(null) ?? everyId.GetProperty("All", Anything)?.GetValue(null)
            ?? throw new ServicesDifferException($"{everyId} has no All.");
        var kind = Enum.Parse(parameters[4].ParameterType, "All");
        var found = await ResultAsync(_forSpan.Invoke(_diagnostics, [document, null, filter, null, kind, CancellationToken.None]));
        var text = await document.GetTextAsync();
        var result = new List<LiveFinding>();
        foreach (var data in (IEnumerable)found!)
        {
            if ((bool)Property(data, "IsSuppressed")!)
                continue;
            var lines = ((FileLinePositionSpan)Property(Property(data, "DataLocation")!, "UnmappedFileSpan")!).Span;
            result.Add(new LiveFinding((string)Property(data, "Id")!, text.Lines.GetTextSpan(lines), (string)Property(data, "Message")!));
        }

        return result;
    }

    public async Task<bool> IsDeprioritizedAsync(Project project, string id) =>
        (bool)(await ResultAsync(_deprioritized.Invoke(_diagnostics, [project, ImmutableArray.Create(id), CancellationToken.None])))!;

    public async Task<List<string>> GetCompilationEndIdsAsync(Solution solution) =>
        [.. ((IEnumerable)(await ResultAsync(_atCompilationEnd.Invoke(_diagnostics, [solution, CancellationToken.None])))!).Cast<string>()];

    /// <summary>The light bulb at that place, without what the editor itself offers (suppression, configuration).</summary>
    public async Task<List<OfferedFix>> GetFixesAsync(Document document, TextSpan span)
    {
        var stream = _streamFixes.Invoke(_fixes, [document, span, null, CancellationToken.None])!;
        var collect = typeof(EditorServices).GetMethod(nameof(CollectAsync), Anything)!;
        var element = stream.GetType().GetInterfaces().First(i => i.Name == "IAsyncEnumerable`1").GetGenericArguments()[0];
        var collections = await (Task<List<object>>)collect.MakeGenericMethod(element).Invoke(null, [stream])!;
        var result = new List<OfferedFix>();
        foreach (var collection in collections)
        {
            if (Property(collection, "Provider")!.GetType().Assembly.GetName().Name!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
                continue;
            foreach (var fix in (IEnumerable)Property(collection, "Fixes")!)
            {
                var ids = ((IEnumerable)Property(fix, "Diagnostics")!).Cast<Diagnostic>().Select(d => d.Id).Distinct().ToList();
                result.Add(new OfferedFix((CodeAction)Property(fix, "Action")!, ids, Property(collection, "FixAllState", optional: true) is not null));
            }
        }

        return result;
    }

    static async Task<List<object>> CollectAsync<T>(IAsyncEnumerable<T> stream)
    {
        var result = new List<object>();
        await foreach (var item in stream)
            result.Add(item!);
        return result;
    }

    static async Task<object?> ResultAsync(object? task)
    {
        await (Task)task!;
        return task.GetType().GetProperty("Result")!.GetValue(task);
    }

    static Type TypeOf(Assembly assembly, string name) =>
        assembly.GetType(name) ?? throw new ServicesDifferException($"There is no {name}.");

    static MethodInfo Method(Type type, string name, int parameters) =>
        type.GetMethods(Anything).FirstOrDefault(m => m.Name == name && m.GetParameters().Length == parameters)
        ?? throw new ServicesDifferException($"{type} has no {name} with {parameters} parameters.");

    static object? Property(object target, string name, bool optional = false)
    {
        var type = target.GetType();
        if (type.GetProperty(name, Anything) is { } property)
            return property.GetValue(target);
        if (type.GetField(name, Anything) is { } field)
            return field.GetValue(target);
        return optional ? null : throw new ServicesDifferException($"{type} has no {name}.");
    }

    object? WorkspaceService(Type service) =>
        typeof(HostWorkspaceServices).GetMethods(Anything).First(m => m.Name == "GetService" && m.IsGenericMethod)
            .MakeGenericMethod(service).Invoke(Workspace.Services, null);

    static object Export(MefHostServices host, Type service)
    {
        var exports = typeof(MefHostServices).GetMethods(Anything).First(m => m.Name.EndsWith("GetExports", StringComparison.Ordinal) && m.GetGenericArguments().Length == 1);
        foreach (var lazy in (IEnumerable)exports.MakeGenericMethod(service).Invoke(host, null)!)
            return Property(lazy!, "Value")!;
        throw new ServicesDifferException($"Nothing exports {service}.");
    }
}
