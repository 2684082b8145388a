using Samples.PrivateFaults;

Story.Tell(Console.Out);
