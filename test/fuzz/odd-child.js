/** Stands in for a call that hangs, and for one that takes its process with it. */
process.on('message', ({ args }) => {
  if (args[0] === 'exit') process.exit(7);
});
process.send('ready');
