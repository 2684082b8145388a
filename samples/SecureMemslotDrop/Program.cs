using Samples.SecureMemslots;

Story.Tell(Console.Out);
