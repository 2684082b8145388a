using System.Collections.Immutable;
using FindingsHost;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

// FindingsHost FOLDER ANALYZER.dll... -r REFERENCE.dll...
// Compiles every .cs file below FOLDER into one library and prints what the analyzers find, a line each, sorted.
// Exit code 1: an analyzer does not load, an analyzer crashed, or the files do not compile.
var split = Array.IndexOf(args, "-r");
var folder = Path.GetFullPath(args[0]);
var failed = false;
void Fail(string message)
{
    failed = true;
    Console.Error.WriteLine(message);
}

var framework = Path.GetDirectoryName(typeof(object).Assembly.Location);
var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
    .Where(path => Path.GetDirectoryName(path) == framework)
    .Concat(split < 0 ? [] : args[(split + 1)..])
    .Select(path => MetadataReference.CreateFromFile(path));
var trees = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
    .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path));
var compilation = CSharpCompilation.Create(
    "Snippets", trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
foreach (var error in compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error))
    Fail(error.ToString());

var loader = new Loader();
var analyzers = ImmutableArray.CreateBuilder<DiagnosticAnalyzer>();
foreach (var path in args[1..(split < 0 ? args.Length : split)])
{
    var reference = new AnalyzerFileReference(Path.GetFullPath(path), loader);
    reference.AnalyzerLoadFailed += (_, e) => Fail($"{e.ErrorCode}: {e.TypeName} {e.Message}");
    analyzers.AddRange(reference.GetAnalyzers(LanguageNames.CSharp));
}

Console.WriteLine($"compiler {typeof(Compilation).Assembly.GetName().Version!.ToString(2)}");
foreach (var id in analyzers.SelectMany(a => a.SupportedDiagnostics).Select(d => d.Id).Distinct().Order(StringComparer.Ordinal))
    Console.WriteLine($"supports {id}");
if (analyzers.Count > 0)
{
    var options = new CompilationWithAnalyzersOptions(
        new AnalyzerOptions([], new FolderOptions(folder)), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
    var found = await compilation.WithAnalyzers(analyzers.ToImmutable(), options).GetAnalyzerDiagnosticsAsync();
    foreach (var crash in found.Where(d => d.Id == "AD0001"))
        Fail(crash.ToString());
    var lines = found.Select(d => $"{Place(d.Location)}: {d.Id}: {d.GetMessage()}{string.Concat(d.AdditionalLocations.Select(l => " @" + Place(l)))}");
    foreach (var line in lines.Order(StringComparer.Ordinal))
        Console.WriteLine(line);
}

return failed ? 1 : 0;

string Place(Location location)
{
    var span = location.GetLineSpan();
    return span.IsValid
        ? $"{Path.GetRelativePath(folder, span.Path)}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1},{span.EndLinePosition.Line + 1},{span.EndLinePosition.Character + 1})"
        : "-";
}
