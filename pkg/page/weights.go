package page

// The weights of the features and views, positive for the article: two logistic
// regressions, the second on the outcome of the first, over the labelled segments
// of 990 pages and the labelled blocks of 141 recent news pages. TestFit fits them anew.

var weights = vector{
	fBias: -1.20, fLength: 0.66, fShort: -0.40, fLinked: -1.58, fAllLinked: 0.22, fManyLinks: -1.53, fSentence: 0.64,
	fSentences: -0.16, fCommas: 0.59, fDigits: 0.82, fP: -0.10, fLi: 0.17, fHeading: -0.78, fSubheading: -0.54, fCell: 0.40,
	fQuote: -0.48, fPre: 2.51, fDiv: -1.19, fCaptionTag: -1.63, fInArticle: 0.38, fInMain: -0.05, fInNav: -2.17,
	fInAside: -2.45, fInFooter: -3.25, fInHeader: -1.45, fInFigure: -2.03, fInForm: -2.37, fInTable: 1.44, fInList: -0.43,
	fInQuote: 0.80, fInHidden: -3.11, fInBody: 0.09, fInDetails: -2.09, fHintBody: 0.02, fHintContent: 0.32,
	fHintComment: -4.70, fHintRelated: -1.94, fHintShare: -0.18, fHintNav: -0.90, fHintSide: -1.46, fHintFoot: -2.67,
	fHintHead: 0.47, fHintAd: -0.23, fHintForm: -2.01, fHintConsent: -1.27, fHintMeta: -0.46, fHintDate: 1.76,
	fHintAuthor: -1.47, fHintTitle: -0.10, fHintCaption: -1.17, fHintBio: -3.59, fHintHidden: -0.36, fHintWall: -0.04,
	fHintBox: -0.23, fHintLead: -1.21, fSiblings: 1.00, fCousins: 0.89, fBefore: 0.46, fAfter: 0.43, fBeforeLinked: -0.49,
	fAfterLinked: -0.68, fPosition: -1.53, fAfterTitle: 0.73, fPhrase: -3.52, fCopyright: -5.10, fColon: 0.17,
	fEllipsis: -1.70, fLong: 0.59, fDateLine: -1.86, fByLine: -4.60, fBold: -0.27, fUpper: -1.59, fMarks: 0.06,
	fRepeated: -1.12, fInLD: 0.59, fNotInLD: -0.92, fSummary: 3.06, fUnderPhrase: -0.38, fNotice: -1.27, fNotices: -0.36,
	fItalic: -1.46, fShortLi: 0.73, fShortDiv: -0.85, fShortP: -0.25, fLinkedLi: -0.07, fLinkedP: -0.75, fNearBody: 0.42,
	fNearContent: 0.16, fNearComment: 0.31, fNearRelated: 0.42, fNearShare: -1.12, fNearNav: -0.84, fNearSide: 0.34,
	fNearFoot: -2.13, fNearHead: -0.66, fNearAd: -0.85, fNearForm: -1.16, fNearConsent: -0.10, fNearMeta: -1.38,
	fNearDate: 0.27, fNearAuthor: -0.56, fNearTitle: -0.81, fNearCaption: 0.19, fNearBio: -2.63, fNearHidden: -0.14,
	fNearWall: -1.04, fNearBox: -0.77, fNearLead: 0.90,
}

var viewWeights = [views]float64{
	vBias: 0.51, vScore: 0.86, vBefore: 0.01, vAfter: -0.03, vBefore2: 0.01, vAfter2: 0.07, vWindow: -0.03, vSiblings: -0.15,
	vTwins: 0.16, vInCore: 0.41, vFar1: -0.02, vFar2: -0.38, vFar3: -0.51, vFar4: -0.58, vAhead: -1.12, vAheadTitle: 1.54,
	vBehind: -0.77, vBehindFar: 0.46, vAheadFar: 0.90, vHeading: 0.33, vHeadingNext: 0.14, vHeadingSure: -0.21, vList: 0.01,
	vShare: 1.01, vMass: 1.27, vScoreFar: 0.15, vPage: -2.18,
}
