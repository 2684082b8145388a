using Samples.HvaRanges;

Story.Tell(Console.Out);
