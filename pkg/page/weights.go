package page

// weights of the features, positive for the article.
var weights = vector{
	fBias: -2.2, fLength: 2.5, fShort: -0.8, fLinked: -2.5, fAllLinked: -1.5, fManyLinks: -1, fSentence: 1, fSentences: 1, fCommas: 0.7, fDigits: -1,
	fP: 1, fLi: -0.5, fHeading: -0.3, fSubheading: -0.2, fCell: -0.5, fQuote: 0.7, fPre: 0.3, fDiv: -0.4, fCaptionTag: -2,
	fInArticle: 0.6, fInMain: 0.4, fInNav: -3, fInAside: -2, fInFooter: -2.5, fInHeader: -0.8, fInFigure: -2, fInForm: -1.5, fInTable: 0,
	fInList: -0.3, fInQuote: 0.2, fInHidden: -2, fInBody: 2, fInDetails: -0.5,
	fHintBody: 1.5, fHintContent: 0.3, fHintComment: -3, fHintRelated: -2, fHintShare: -2, fHintNav: -2, fHintSide: -2, fHintFoot: -2, fHintHead: -1,
	fHintAd: -1.5, fHintForm: -1.5, fHintConsent: -3, fHintMeta: -1.5, fHintDate: -1, fHintAuthor: -1.5, fHintTitle: -0.5, fHintCaption: -2, fHintBio: -2,
	fHintHidden: -1.5, fHintWall: -0.5, fHintBox: -1, fHintLead: 0.3,
	fSiblings: 1.2, fCousins: 0.5, fBefore: 0.5, fAfter: 0.5, fBeforeLinked: -0.4, fAfterLinked: -0.4, fPosition: -0.5, fAfterTitle: 0.6,
	fPhrase: -2, fCopyright: -2, fColon: 0.3,
}
