"""Everyday characters of Chinese official prose: what tells a right decoding from a wrong one.

The commonest characters of modern Chinese and of government papers, simplified, and those whose traditional form
differs.  Any plan has them in every second place; a wrong decoding hits them by chance only.
"""

SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔府办局牵责限措施服企营商环境优审批案单配推牌登财税融招投标购破纳跨贸易监督执证照台线窗网络乡镇街县旗州省厅委"
    "党组织宣检察农村源银险券燃供暖积极快速减免费降低落深改革创试示范准流材料压缩印章票档整评价考核奖惩贯彻持续健善构支引鼓励促捷效率透阳诚履约守围职依例序附抄送遵"
)
TRADITIONAL = (
    "這個們來爲國說時會對於過發後裏種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問並應戰頭體見產話內給門兒東聲員論處義幾認條氣題爾別變總電數報結務場計資許統區隊決馬書則聽卻達強難權設記類據邊張該規萬覺"
    "術領確傳師觀讓識帶導爭運筆辦牽責營環優審單財稅標購納貿監執證臺線網絡鄉鎮縣廳黨組織檢農銀險積極減費創試範準壓縮檔評價覈獎懲貫徹續構勵陽誠約圍職"
)
EVERYDAY = frozenset(SIMPLIFIED + TRADITIONAL)
