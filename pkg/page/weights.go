package page

// weights of the features, positive for the article: a logistic regression over the
// labelled segments and pages of the corpus, fitted by TestFitWeights.
var weights = vector{
	fBias: -1.70, fLength: 1.25, fShort: -0.34, fLinked: -1.92, fAllLinked: 0.44, fManyLinks: -1.90, fSentence: 0.69,
	fSentences: -0.43, fCommas: 0.75, fDigits: 0.85, fP: 0.06, fLi: 0.29, fHeading: -0.36, fSubheading: -0.26, fCell: 0.73,
	fQuote: -0.29, fPre: 2.63, fDiv: -1.02, fCaptionTag: -1.53, fInArticle: 0.37, fInMain: -0.00, fInNav: -2.09,
	fInAside: -2.46, fInFooter: -3.18, fInHeader: -1.49, fInFigure: -1.86, fInForm: -2.23, fInTable: 1.42, fInList: -0.37,
	fInQuote: 0.46, fInHidden: -2.87, fInBody: 0.07, fInDetails: -1.83, fHintBody: -0.01, fHintContent: 0.29,
	fHintComment: -4.31, fHintRelated: -1.82, fHintShare: -0.31, fHintNav: -1.06, fHintSide: -1.39, fHintFoot: -2.70,
	fHintHead: 0.42, fHintAd: -0.30, fHintForm: -2.26, fHintConsent: -1.73, fHintMeta: -0.47, fHintDate: 1.77,
	fHintAuthor: -1.61, fHintTitle: -0.26, fHintCaption: -1.38, fHintBio: -3.37, fHintHidden: -0.63, fHintWall: -0.11,
	fHintBox: -0.19, fHintLead: -1.04, fSiblings: 1.03, fCousins: 0.72, fBefore: 0.36, fAfter: 0.49, fBeforeLinked: -0.55,
	fAfterLinked: -0.63, fPosition: -1.50, fAfterTitle: 0.67, fPhrase: -3.45, fCopyright: -5.01, fColon: 0.20,
	fEllipsis: -1.47, fLong: 0.56, fDateLine: -1.59, fByLine: -3.67, fBold: -0.39, fUpper: -1.35, fMarks: 0.08,
	fRepeated: -0.65, fInLD: 0.49, fNotInLD: -0.87, fSummary: 3.06, fUnderPhrase: -0.96, fShortLi: 0.77, fShortDiv: -0.70,
	fShortP: -0.15, fLinkedLi: 0.05, fLinkedP: -0.90, fNearBody: 0.45, fNearContent: 0.12, fNearComment: 0.05,
	fNearRelated: 0.46, fNearShare: -1.30, fNearNav: -0.62, fNearSide: 0.19, fNearFoot: -2.10, fNearHead: -0.51,
	fNearAd: -0.87, fNearForm: -1.01, fNearConsent: -0.01, fNearMeta: -1.47, fNearDate: 0.11, fNearAuthor: -0.50,
	fNearTitle: -0.57, fNearCaption: 0.45, fNearBio: -2.74, fNearHidden: 0.17, fNearWall: -0.86, fNearBox: -0.79,
	fNearLead: 0.73,
}
