package page

var tuneA, tuneB, tuneC = 0.1, -0.5, 0.2
