package page

var tuneA, tuneB, tuneC = 0.0, 0.1, 0.0
