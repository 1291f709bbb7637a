package page

// The weights of the features and views, positive for the article: two logistic
// regressions, the second on the outcome of the first, over the labelled segments
// of 990 pages and the labelled blocks of 141 recent news pages. TestFit fits them anew.

var weights = vector{
	fBias: -1.43, fLength: 0.88, fShort: -0.38, fLinked: -1.85, fAllLinked: 0.46, fManyLinks: -1.98, fSentence: 0.69,
	fSentences: -0.40, fCommas: 0.73, fDigits: 0.89, fP: -0.04, fLi: 0.22, fHeading: -0.52, fSubheading: -0.38, fCell: 0.58,
	fQuote: -0.66, fPre: 2.60, fDiv: -1.16, fCaptionTag: -1.61, fInArticle: 0.37, fInMain: -0.02, fInNav: -2.19,
	fInAside: -2.46, fInFooter: -3.16, fInHeader: -1.53, fInFigure: -1.94, fInForm: -2.34, fInTable: 1.44, fInList: -0.38,
	fInQuote: 0.63, fInHidden: -3.17, fInBody: 0.08, fInDetails: -1.93, fHintBody: -0.01, fHintContent: 0.28,
	fHintComment: -4.50, fHintRelated: -1.92, fHintShare: -0.26, fHintNav: -0.85, fHintSide: -1.43, fHintFoot: -2.74,
	fHintHead: 0.52, fHintAd: -0.21, fHintForm: -2.30, fHintConsent: -1.50, fHintMeta: -0.55, fHintDate: 1.87,
	fHintAuthor: -1.56, fHintTitle: -0.13, fHintCaption: -1.20, fHintBio: -3.47, fHintHidden: -0.48, fHintWall: -0.06,
	fHintBox: -0.19, fHintLead: -1.23, fSiblings: 0.98, fCousins: 0.82, fBefore: 0.39, fAfter: 0.50, fBeforeLinked: -0.56,
	fAfterLinked: -0.64, fPosition: -1.55, fAfterTitle: 0.72, fPhrase: -3.49, fCopyright: -5.24, fColon: 0.21,
	fEllipsis: -1.52, fLong: 0.61, fDateLine: -1.71, fByLine: -4.41, fBold: -0.41, fUpper: -1.41, fMarks: 0.08,
	fRepeated: -0.65, fInLD: 0.51, fNotInLD: -0.90, fSummary: 3.13, fUnderPhrase: -0.94, fShortLi: 0.74, fShortDiv: -0.71,
	fShortP: -0.19, fLinkedLi: 0.10, fLinkedP: -1.02, fNearBody: 0.43, fNearContent: 0.12, fNearComment: 0.27,
	fNearRelated: 0.51, fNearShare: -1.56, fNearNav: -0.78, fNearSide: 0.27, fNearFoot: -2.06, fNearHead: -0.60,
	fNearAd: -0.98, fNearForm: -0.99, fNearConsent: -0.26, fNearMeta: -1.51, fNearDate: 0.15, fNearAuthor: -0.54,
	fNearTitle: -0.79, fNearCaption: 0.32, fNearBio: -2.63, fNearHidden: -0.02, fNearWall: -0.90, fNearBox: -0.75,
	fNearLead: 0.97,
}

var viewWeights = [views]float64{
	vBias: 0.38, vScore: 0.92, vBefore: 0.02, vAfter: -0.01, vBefore2: 0.01, vAfter2: 0.08, vWindow: -0.05, vSiblings: -0.14,
	vTwins: 0.10, vInCore: 0.31, vFar1: -0.11, vFar2: -0.42, vFar3: -0.63, vFar4: -0.74, vAhead: -0.85, vAheadTitle: 1.41,
	vBehind: -0.45, vBehindFar: 0.40, vAheadFar: 0.81, vHeading: 0.30, vHeadingNext: 0.16, vHeadingSure: -0.41, vList: 0.02,
	vShare: 1.03, vMass: 0.98, vScoreFar: 0.16, vPage: -1.72,
}
