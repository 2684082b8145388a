using System.Reflection;
using System.Runtime.Loader;

// IdeHost SERVICES_FOLDER probe
// IdeHost SERVICES_FOLDER FOLDER ANALYZER.dll... [-r REFERENCE.dll...]
// Opens the .cs files of FOLDER as an editor does, with the editor services of an SDK, and prints as JSON what is reported live
// and which fixes are offered. Exit code 3: the SDK has no such services, or other ones; standard error says which.
var services = Path.GetFullPath(args[0]);
AssemblyLoadContext.Default.Resolving += (context, name) =>
{
    var path = Path.Combine(services, name.Name + ".dll");
    return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
};
try
{
    return await IdeHost.Session.RunAsync(args[1..]);
}
catch (Exception e) when (e is IdeHost.ServicesDifferException or FileNotFoundException or TypeLoadException or MissingMemberException or TargetParameterCountException)
{
    Console.Error.WriteLine($"The editor services in {services} are not as expected: {e.Message}");
    return 3;
}
