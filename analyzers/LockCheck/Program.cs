using LockCheck.Commands;
using LockCheck.Output;

return await CommandLine.RunAsync(args, Terminal.Console());
