using Samples.Swapping;

Story.Tell(Console.Out);
