#include "gateway/intake/report_phrases.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gateway::intake {
namespace {

using Phrase = std::pair<std::string_view, std::string_view>;

// The longest first: the short ones are parts of them. They may hold what looks like a quotation mark, or stand around
// one.
// clang-format off
constexpr std::array<Phrase, 361> phrases{{
    {"', but SDMX-CSV 1.0 begins with DATAFLOW and 2.0 with STRUCTURE; without them nobody can tell which table this is: ask for the file with its first columns", "', aber SDMX-CSV 1.0 beginnt mit DATAFLOW und 2.0 mit STRUCTURE; ohne sie ist nicht zu erkennen, welche Tabelle das ist: die Datei mit ihren ersten Spalten liefern"},
    {" says that these are records of persons; nothing of the file was kept or shown. Send results: numbers of persons by area and time", " zeigt, dass dies Angaben zu einzelnen Personen sind; nichts von der Datei wurde aufbewahrt oder gezeigt. Ergebnisse liefern: Anzahlen nach Gebiet und Zeit"},
    {"the workbook is encrypted with a password: remove it in Excel (Datei, Informationen, Arbeitsmappe schützen) and save it again", "die Arbeitsmappe ist mit einem Kennwort verschlüsselt: in Excel entfernen (Datei, Informationen, Arbeitsmappe schützen) und erneut speichern"},
    {" is no letter in windows-1252 and none in ISO-8859-1; the file may have an old PC code page (850): save it as UTF-8", " ist kein Buchstabe in windows-1252 und keiner in ISO-8859-1; vielleicht hat die Datei einen alten PC-Zeichensatz (850): als UTF-8 speichern"},
    {" sound sequences of UTF-8: two character sets are mixed, ask the source; or declare charset in the feed description", " richtige UTF-8-Folgen: zwei Zeichensätze sind vermischt; nachfragen oder charset in der Beschreibung nennen"},
    {"a workbook with macros (.xlsm), which are never opened: save it in Excel as \"Excel-Arbeitsmappe (*.xlsx)\"", "eine Arbeitsmappe mit Makros (.xlsm), die nie geöffnet werden: in Excel als \"Excel-Arbeitsmappe (*.xlsx)\" speichern"},
    {" different texts; is it a figure, or a text for people? Leave it out with 'ignore' in the feed description", " verschiedene Texte; ist sie ein Wert oder ein Text für Menschen? Mit 'ignore' in der Beschreibung weglassen"},
    {" look like binary residues and are kept digit by digit, because nothing says how many digits are meant", " sehen nach Rundungsresten aus und bleiben Ziffer für Ziffer, weil nicht feststeht, wie viele gemeint sind"},
    {": bytes that are not UTF-8; SDMX-CSV is UTF-8: convert the file, for example with iconv", ": Bytes, die kein UTF-8 sind; SDMX-CSV ist UTF-8: die Datei umwandeln, etwa mit iconv"},
    {"elements beside the records are longer than 64 KiB together; paths do not reach them", "Elemente neben den Sätzen sind zusammen länger als 64 KiB; Pfade erreichen sie nicht"},
    {"' is no data message of SDMX-ML 2.1 or 3.0; kreislauf inspect says what the file is", "' ist keine Datennachricht von SDMX-ML 2.1 oder 3.0; kreislauf inspect sagt, was die Datei ist"},
    {"a compound file (old Office or Outlook), which is not read: save the table as .xlsx", "eine alte Office- oder Outlook-Datei, die nicht gelesen wird: die Tabelle als .xlsx speichern"},
    {"a workbook of Excel 97-2003 (.xls), which is not read: open it and save it as .xlsx", "eine Arbeitsmappe von Excel 97-2003 (.xls), die nicht gelesen wird: öffnen und als .xlsx speichern"},
    {"HTML or XML under the name of a workbook: open it in Excel and save it as .xlsx", "HTML oder XML unter dem Namen einer Arbeitsmappe: in Excel öffnen und als .xlsx speichern"},
    {"), which are never opened: save it in Excel as \"Excel-Arbeitsmappe (*.xlsx)\"", "), die nie geöffnet werden: in Excel als \"Excel-Arbeitsmappe (*.xlsx)\" speichern"},
    {"rows with a quotation mark inside an unquoted field were read as they stand", "Zeilen mit einem Anführungszeichen in einem Feld ohne Anführungszeichen wurden gelesen, wie sie stehen"},
    {" has no mapping: it stays a dimension of its own with the source's codes ", " hat keine Zuordnung: es bleibt eine eigene Gliederung mit den Schlüsseln der Quelle "},
    {"' is missing; everything behind it moved one field to the right, value '", "' fehlt; alles dahinter ist ein Feld nach rechts gerückt, Wert '"},
    {"a binary workbook (.xlsb), which is not read: save it as .xlsx or as CSV", "eine binäre Arbeitsmappe (.xlsb), die nicht gelesen wird: als .xlsx oder CSV speichern"},
    {": a zero byte: this is no text; kreislauf inspect FILE shows what it is", ": ein Nullbyte: das ist kein Text; kreislauf inspect DATEI zeigt, was es ist"},
    {" is said to be time: ask the source for its role, or describe the feed", " ist als Zeit ausgewiesen: nach ihrer Rolle fragen oder die Lieferung beschreiben"},
    {"; add it there, or to 'ignore' where it says nothing about the figures", "; dort aufnehmen, oder unter 'ignore', wenn sie nichts über die Werte sagt"},
    {"a Word document: copy its table into a workbook and save that as .xlsx", "ein Word-Dokument: die Tabelle in eine Arbeitsmappe kopieren und als .xlsx speichern"},
    {"nested deeper than 200, or a text that begins with a control character", "tiefer als 200 geschachtelt, oder ein Text, der mit einem Steuerzeichen beginnt"},
    {"a presentation: copy its table into a workbook and save that as .xlsx", "eine Präsentation: die Tabelle in eine Arbeitsmappe kopieren und als .xlsx speichern"},
    {": a formula of the source failed here, nobody knows what stood there", ": hier ist eine Formel der Vorlage gescheitert, niemand weiß, was dort stand"},
    {"a ZIP archive without [Content_Types].xml, so no workbook; it holds:", "ein ZIP-Archiv ohne [Content_Types].xml, also keine Arbeitsmappe; es enthält:"},
    {"attributes that have no place in the common schema were left out: ", "Attribute ohne Platz im gemeinsamen Schema wurden weggelassen: "},
    {": a zero byte; the file is damaged or UTF-16, SDMX-CSV is UTF-8", ": ein Nullbyte; die Datei ist beschädigt oder UTF-16, SDMX-CSV ist UTF-8"},
    {"more than 256 combinations of sign and quality in one document", "mehr als 256 Verbindungen von Zeichen und Qualität in einer Datei"},
    {"the document is empty: 0 bytes of content where a table is due", "die Datei ist leer: 0 Bytes, wo eine Tabelle erwartet wird"},
    {"'-' for a total whose parts have numbers: no zero, NOT_LOADED", "'-' für eine Summe, deren Teile Zahlen haben: keine Null, NOT_LOADED"},
    {"no values, and the columns stand five fields too far left: '", "keine Werte, und die Spalten stehen fünf Felder zu weit links: '"},
    {" stands in a column that the feed description does not know", " steht in einer Spalte, die die Beschreibung nicht kennt"},
    {"), which is not read: save it as .xlsx or as CSV with UTF-8", "), die nicht gelesen wird: als .xlsx oder als CSV in UTF-8 speichern"},
    {"'-' of areas that did not exist at that time: NO_TERRITORY", "'-' von Gebieten, die es damals nicht gab: NO_TERRITORY"},
    {": correct 'sheets' in the description, or ask the source", ": 'sheets' in der Beschreibung berichtigen oder nachfragen"},
    {"a presentation table (datencsv) where a flat file is due", "eine Präsentationstabelle (datencsv), wo ein Flatfile erwartet wird"},
    {" is not allowed here: not UTF-8 or a control character", " ist hier nicht erlaubt: kein UTF-8 oder ein Steuerzeichen"},
    {"' is missing: open the file in Excel and save it again", "' fehlt: in Excel öffnen und erneut speichern"},
    {"the second column of SDMX-CSV 2.0 must be STRUCTURE_ID", "die zweite Spalte von SDMX-CSV 2.0 muss STRUCTURE_ID sein"},
    {" is due: not a header of a GENESIS flat file (ffcsv)", " stehen muss: kein Kopf eines GENESIS-Flatfiles (ffcsv)"},
    {" were not read: the office says that they are closed", " wurden nicht gelesen: das Amt nennt sie gesperrt"},
    {":1:1: the file is empty; ask the source for it again", ":1:1: die Datei ist leer; erneut liefern"},
    {"the cube ends before its block QEI: fetch it again", "der Quader endet vor seinem Block QEI: erneut erzeugen"},
    {"; correct the feed description, or ask the source", "; Beschreibung berichtigen oder nachfragen"},
    {"a DTD or another declaration, which is never read", "eine DTD oder andere Deklaration, die nie gelesen wird"},
    {"' holds nothing that is read and was passed over", "' enthält nichts, was gelesen wird, und wurde übergangen"},
    {"levels that the last delivery had are missing: ", "Ebenen der letzten Lieferung fehlen: "},
    {"text stands behind the closing quotation mark: ", "hinter dem schließenden Anführungszeichen steht Text: "},
    {"the document ends in the middle; fetch it again", "die Datei endet in der Mitte; erneut liefern"},
    {"' is no structure; expected AGENCY:ID(VERSION)", "' ist keine Struktur; erwartet AGENCY:ID(VERSION)"},
    {": more than 255 different signs; the last is '", ": mehr als 255 verschiedene Zeichen; das letzte ist '"},
    {" has another mark than the figures of column ", " hat ein anderes Zeichen als die Werte der Spalte "},
    {": the sizes of the dimensions make more than ", ": die Größen der Gliederungen ergeben mehr als "},
    {"a row that lacks a dimension of the first row", "eine Zeile, der eine Gliederung der ersten Zeile fehlt"},
    {"a value that is neither number, text nor null", "ein Wert, der weder Zahl noch Text noch null ist"},
    {"no column of figures as the feed description ", "keine Spalte mit Werten, wie sie die Beschreibung "},
    {" bytes; its quotation mark may not be closed", " Bytes; vielleicht ist sein Anführungszeichen nicht geschlossen"},
    {", which the source left unfilled: NOT_LOADED", ", die die Quelle nicht gefüllt hat: NOT_LOADED"},
    {"; correct the description, or ask the source", "; Beschreibung berichtigen oder nachfragen"},
    {"no ZIP archive, so no workbook: first bytes ", "kein ZIP-Archiv, also keine Arbeitsmappe: erste Bytes "},
    {"rows that say the same twice were taken once", "Zeilen, die dasselbe zweimal sagen, zählen einmal"},
    {"too many different names beside the keys of ", "zu viele verschiedene Namen neben den Schlüsseln von "},
    {"' in an earlier row: the row may be shifted", "' in einer früheren Zeile: vielleicht ist die Zeile verschoben"},
    {": the file became shorter while it was read", ": die Datei wurde kürzer, während sie gelesen wurde"},
    {"a quotation mark is opened and never closed", "ein Anführungszeichen wird geöffnet und nicht geschlossen"},
    {"more than 31 different signs, the last is '", "mehr als 31 verschiedene Zeichen, das letzte ist '"},
    {"text stands behind a closing quotation mark", "hinter einem schließenden Anführungszeichen steht Text"},
    {"the document ends too early: fetch it again", "die Datei endet zu früh: erneut erzeugen"},
    {": correct 'record' in the feed description", ": 'record' in der Beschreibung berichtigen"},
    {": open the file in Excel and save it again", ": in Excel öffnen und erneut speichern"},
    {"no delimiter in the first rows: one column", "kein Trennzeichen in den ersten Zeilen: eine Spalte"},
    {"' has the decimal mark ',', cubes use '.'", "' hat das Dezimalzeichen ',', Quaderdateien verwenden '.'"},
    {"a quotation mark is opened and not closed", "ein Anführungszeichen wird geöffnet und nicht geschlossen"},
    {"the source gives no unit for the measure ", "die Quelle nennt keine Einheit für das Merkmal "},
    {"the texts of the workbook take more than ", "die Texte der Arbeitsmappe brauchen mehr als "},
    {"': cells in hidden columns were left out", "': Zellen in ausgeblendeten Spalten wurden nicht gelesen"},
    {": the head of the cube cannot be read: '", ": der Kopf des Quaders kann nicht gelesen werden: '"},
    {"more than 65,536 periods in one document", "mehr als 65 536 Zeiten in einer Datei"},
    {" has no meaning in the feed description", " hat in der Beschreibung keine Bedeutung"},
    {"', which the description names; it has ", "', die die Beschreibung nennt; sie hat "},
    {", which a rule of the feed description ", ", die eine Regel der Beschreibung "},
    {"; is the column of names the right one?", "; ist die Spalte der Namen die richtige?"},
    {"a second header, or one behind the data", "ein zweiter Kopf, oder einer hinter den Daten"},
    {"no key of the description has this name", "kein Schlüssel der Beschreibung hat diesen Namen"},
    {" distinct codes in one column, last: '", " verschiedene Schlüssel in einer Spalte, zuletzt: '"},
    {"' holds no cells (a chart or a dialog)", "' enthält keine Zellen (ein Diagramm oder ein Dialog)"},
    {".value: neither an array nor an object", ".value: weder Liste noch Objekt"},
    {": JSON, but no JSON-stat dataset in it", ": JSON, aber kein JSON-stat-Datensatz darin"},
    {": JSON, but no object, so no JSON-stat", ": JSON, aber kein Objekt, also kein JSON-stat"},
    {"is neither a number nor a quality sign", "ist weder eine Zahl noch ein Qualitätszeichen"},
    {"neither a flat file (ffcsv) nor a cube", "weder ein Flatfile (ffcsv) noch ein Quader"},
    {"the cube is listed but holds no values", "der Quader wird genannt, enthält aber keine Werte"},
    {" MiB: divide the workbook or send CSV", " MiB: Arbeitsmappe teilen oder CSV liefern"},
    {"a quotation mark that is never closed", "ein Anführungszeichen, das nicht geschlossen wird"},
    {"a row that says what is to be deleted", "eine Zeile, die sagt, was zu löschen ist"},
    {"the part ends in the middle of markup", "der Teil endet mitten in einer Auszeichnung"},
    {" digits behind the mark and are kept", " Stellen hinter dem Komma und bleiben so"},
    {" without a rule stay as they are in ", " ohne Regel bleiben, wie sie sind, in "},
    {"' has no place of its own from 0 to ", "' hat keinen eigenen Platz von 0 bis "},
    {"a header and no row that can be read", "ein Kopf und keine lesbare Zeile"},
    {"further cells with different figures", "weitere Zellen mit verschiedenen Werten"},
    {"no sheet is as the feed description ", "kein Blatt ist so, wie es die Beschreibung "},
    {"text behind a closing quotation mark", "Text hinter einem schließenden Anführungszeichen"},
    {": no element fits the record path '", ": kein Element passt zum Satzpfad '"},
    {"empty cell: neither number nor sign", "leere Zelle: weder Zahl noch Zeichen"},
    {"text behind the end of the document", "Text hinter dem Ende der Datei"},
    {" has a decimal or a thousands mark", " ein Dezimal- oder ein Tausenderzeichen enthält"},
    {"' in a place where it cannot stand", "' an einer Stelle, an der es nicht stehen kann"},
    {"'; this is not a statistical table", "'; das ist keine Statistiktabelle"},
    {": the file ends within a character", ": die Datei endet mitten in einem Zeichen"},
    {": the message holds no observation", ": die Nachricht enthält keinen Wert"},
    {"a JSON answer where a table is due", "eine JSON-Antwort, wo eine Tabelle erwartet wird"},
    {"a ZIP archive inside a ZIP archive", "ein ZIP-Archiv in einem ZIP-Archiv"},
    {"a ZIP archive where a table is due", "ein ZIP-Archiv, wo eine Tabelle erwartet wird"},
    {"no header as the feed description ", "kein Kopf, wie ihn die Beschreibung "},
    {"the cell stands twice in the sheet", "die Zelle steht zweimal im Blatt"},
    {"the table has a header and no rows", "die Tabelle hat einen Kopf und keine Zeilen"},
    {": half a surrogate pair in UTF-16", ": ein halbes Zeichenpaar in UTF-16"},
    {"a character is cut off at the end", "am Ende ist ein Zeichen abgeschnitten"},
    {"an HTML page where a table is due", "eine HTML-Seite, wo eine Tabelle erwartet wird"},
    {"has more than 18 digits or places", "hat mehr als 18 Ziffern oder Stellen"},
    {"the file is empty: fetch it again", "die Datei ist leer: erneut erzeugen"},
    {"the missing field cannot be known", "das fehlende Feld lässt sich nicht erschließen"},
    {"the row stands twice in the sheet", "die Zeile steht zweimal im Blatt"},
    {" is not in the feed description ", " steht nicht in der Beschreibung "},
    {"', which says that there is none", "', das besagt, dass es keine gibt"},
    {"': a value distorted for secrecy", "': ein zur Geheimhaltung veränderter Wert"},
    {"all that existed then; missing: ", "alle, die es damals gab; es fehlen: "},
    {"is not in the description's list", "steht nicht in der Liste der Beschreibung"},
    {" is no UTF-8, but the file has ", " ist kein UTF-8, aber die Datei enthält "},
    {"different figures for one cell ", "verschiedene Werte für eine Zelle "},
    {"no line end within 262144 Bytes", "kein Zeilenende innerhalb von 262144 Bytes"},
    {"no line end within 262144 bytes", "kein Zeilenende innerhalb von 262144 Bytes"},
    {"the document is empty (0 bytes)", "die Datei ist leer (0 Bytes)"},
    {"'; is this a table of figures?", "'; ist das eine Tabelle mit Werten?"},
    {"; correct the feed description", "; Beschreibung berichtigen"},
    {"different figures for one cell", "verschiedene Werte für eine Zelle"},
    {"no reading fits the other rows", "keine Lesart passt zu den anderen Zeilen"},
    {" fields where the header has ", " Feldern, wo der Kopf so viele hat: "},
    {" is no letter in windows-1252", " ist kein Buchstabe in windows-1252"},
    {" stands where a figure is due", " steht, wo ein Wert stehen muss"},
    {" values where the sizes make ", " Werte, wo die Größen so viele ergeben: "},
    {", and no earlier sheet has it", ", und kein früheres Blatt hat sie"},
    {": not a GENESIS cube; line: '", ": kein GENESIS-Quader; Zeile: '"},
    {"has more digits than are kept", "hat mehr Ziffern, als aufbewahrt werden"},
    {"nothing in it proves whether ", "nichts darin zeigt, ob "},
    {" as far as they have numbers", ", soweit sie Zahlen haben"},
    {" is none that the agreement ", " ist keines, das die Vereinbarung "},
    {" was turned into UTF-8 twice", " wurde zweimal in UTF-8 gewandelt"},
    {": the document begins with '", ": die Datei beginnt mit '"},
    {"; is it text, try it as .csv", "; ist es Text, dann als .csv versuchen"},
    {"a quoted field of more than ", "ein Feld in Anführungszeichen mit mehr als "},
    {"confidential, as in vintage ", "geheim, wie in der Fassung "},
    {"elements nested deeper than ", "Elemente tiefer geschachtelt als "},
    {"no row above the table fits ", "keine Zeile über der Tabelle passt zu "},
    {" are shifted by one row in ", " sind um eine Zeile verschoben in "},
    {"' is not UTF-8 or holds NUL", "' ist kein UTF-8 oder enthält NUL"},
    {"' is not in data structure ", "' steht nicht in der Datenstruktur "},
    {"' opens a [ it never closes", "' öffnet ein [ und schließt es nicht"},
    {") and was found by its name", ") und wurde über seinen Namen gefunden"},
    {", which the first row lacks", ", die der ersten Zeile fehlt"},
    {": the header has no column ", ": im Kopf fehlt die Spalte "},
    {": the workbook has no sheet", ": die Arbeitsmappe hat kein Blatt"},
    {"a DatML/RAW survey delivery", "eine DatML/RAW-Erhebungslieferung"},
    {"a string that is not closed", "ein Text, der nicht geschlossen wird"},
    {"the workbook holds macros (", "die Arbeitsmappe enthält Makros ("},
    {" names it; the header has ", " nennt; im Kopf stehen "},
    {": no row has several texts", ": keine Zeile hat mehrere Texte"},
    {"; it became the dimension ", "; sie wurde zur Gliederung "},
    {"a number beside the sign '", "eine Zahl neben dem Zeichen '"},
    {"binary residues of column ", "Rundungsreste der Spalte "},
    {"figures beside the remark ", "Werte neben der Anmerkung "},
    {" and a thousands mark of ", " und ein Tausenderzeichen von "},
    {"' is the decimal mark of ", "' ist das Dezimalzeichen von "},
    {": none of the dimensions ", ": keine der Gliederungen "}, {"a row without TIME_PERIOD", "eine Zeile ohne TIME_PERIOD"},
    {"hidden rows were left out", "ausgeblendete Zeilen wurden nicht gelesen"},
    {"month or quarter beside '", "Monat oder Quartal neben '"},
    {"the footnote mark behind ", "das Fußnotenzeichen hinter "},
    {" belongs to several keys", " gehört zu mehreren Schlüsseln"},
    {" in place of a code for ", " an Stelle eines Schlüssels für "},
    {" is outside 1 to 1048576", " liegt nicht zwischen 1 und 1048576"},
    {" on; they were set aside", " an; sie stehen in Quarantäne"},
    {" rows of data, expected ", " Zeilen mit Daten, erwartet "}, {" stands beside the name ", " steht neben dem Namen "},
    {" stands twice in one key", " steht zweimal in einem Schlüssel"},
    {"' has the decimal mark '", "' hat das Dezimalzeichen '"}, {": the record is no XML: ", ": der Satz ist kein XML: "},
    {"; their last values stay", "; ihre letzten Werte bleiben"}, {"bytes that are not UTF-8", "Bytes, die kein UTF-8 sind"},
    {"the document has no rows", "die Datei hat keine Zeilen"},
    {"too many different signs", "zu viele verschiedene Zeichen"}, {" and more of this kind)", " weitere dieser Art)"},
    {" digits behind the mark", " Stellen hinter dem Komma"}, {"' where a number is due", "', wo eine Zahl stehen muss"},
    {"', this document uses '", "', diese Datei verwendet '"},
    {", one is due; members: ", ", eine ist nötig; enthalten sind: "},
    {"; the value was dropped", "; der Wert wurde weggelassen"}, {"a column has more than ", "eine Spalte hat mehr als "},
    {"has more than 18 digits", "hat mehr als 18 Ziffern"}, {"the measure has no code", "das Merkmal hat keinen Schlüssel"},
    {"two sheets are called '", "zwei Blätter heißen '"}, {", which does not exist", ", die es nicht gibt"},
    {": no sheet is called '", ": kein Blatt heißt '"}, {"; ask for format ffcsv", "; Format ffcsv verlangen"},
    {"an OpenDocument file (", "eine OpenDocument-Datei ("}, {"codes of the variable ", "Schlüssel des Merkmals "},
    {"the cell calls itself ", "die Zelle nennt sich selbst "}, {"two regions in one row", "zwei Gebiete in einer Zeile"},
    {" names it; there are ", " nennt; es gibt "}, {", the inhabitants of ", ", die Einwohner von "},
    {"all that existed then", "alle, die es damals gab"}, {"is not a quality sign", "ist kein Qualitätszeichen"},
    {"nothing says whether ", "nichts sagt, ob "}, {"the document is empty", "die Datei ist leer"},
    {"the first column is '", "die erste Spalte ist '"}, {"this name belongs to ", "dieser Name gehört zu "},
    {" nodes of the record", " Knoten des Satzes"}, {"'; the document has ", "'; die Datei hat "},
    {": a dataset without ", ": ein Datensatz ohne "}, {": has no dimension '", ": hat keine Gliederung '"},
    {" did not exist then", " gab es damals nicht"}, {" more of this kind)", " weitere dieser Art)"},
    {" of the description", " der Beschreibung"}, {" rows can be read; ", " Zeilen ist lesbar; "},
    {"' is no truth value", "' ist kein Wahrheitswert"}, {"', which is no year", "', was kein Jahr ist"},
    {": the file is empty", ": die Datei ist leer"}, {"a row of more than ", "eine Zeile mit mehr als "},
    {"a text is not UTF-8", "ein Text ist kein UTF-8"}, {"two decimal marks: ", "zwei Dezimalzeichen: "},
    {" (beside the name ", " (neben dem Namen "}, {" belongs to no key", " gehört zu keinem Schlüssel"},
    {"' is not described", "' ist nicht beschrieben"}, {"' stands in quotes", "' steht in Anführungszeichen"},
    {", which is hidden,", ", das ausgeblendet ist,"}, {"figures of column ", "Werte der Spalte "},
    {"names and keys of ", "Namen und Schlüssel von "}, {"not UTF-8 or NUL: ", "kein UTF-8 oder NUL: "},
    {"number of a person", "Personennummer"}, {" and was left out", " und wurde weggelassen"},
    {" rows, from line ", " Zeilen, ab Zeile "}, {" were rounded to ", " wurden gerundet auf "},
    {"' has no category", "' hat keine Ausprägung"}, {"' is no dimension", "' ist keine Gliederung"},
    {"': a locked value", "': ein gesperrter Wert"}, {"; unpack it first", "; zuerst auspacken"},
    {" have more than ", " haben mehr als "}, {" members end in ", " Dateien im ZIP enden auf "},
    {" of the measure ", " des Merkmals "}, {"' is no category", "' ist keine Ausprägung"},
    {", first in line ", ", zuerst in Zeile "}, {"unknown entity '", "unbekannte Entität '"},
    {" cannot be read", " kann nicht gelesen werden"}, {"' for decimals)", "' als Dezimalzeichen)"},
    {"' is labelled '", "' heißt '"}, {") for variable ", ") für Merkmal "}, {", and the name ", ", und der Name "},
    {", the value of ", ", der Wert von "}, {"; all set aside", "; alle in Quarantäne"},
    {"something near ", "etwas in der Nähe von "}, {"the unit text '", "die Einheit '"}, {" fields where ", " Felder, wo "},
    {" for variable ", " für Merkmal "}, {" is taken for ", " gilt als "}, {" on the sheet ", " auf dem Blatt "},
    {" was taken off", " wurde entfernt"}, {"' is no number", "' ist keine Zahl"}, {"' stands twice", "' steht zweimal"},
    {"root element '", "Wurzelelement '"}, {"unknown code '", "unbekannter Schlüssel '"},
    {"unknown sign '", "unbekanntes Zeichen '"}, {"unknown time '", "unbekannte Zeit '"},
    {"unknown unit '", "unbekannte Einheit '"}, {" field where ", " Feld, wo "}, {" is missing (", " fehlt ("},
    {" is not UTF-8", " ist kein UTF-8"}, {" is not known", " ist nicht bekannt"}, {" readings fit", " Lesarten passen"},
    {" was not read", " wurde nicht gelesen"}, {"'-' on level ", "'-' auf der Ebene "}, {"'; there are ", "'; es gibt "},
    {", the sum of ", ", die Summe von "}, {"an empty line", "eine leere Zeile"}, {"date of birth", "Geburtsdatum"},
    {"no JSON value", "kein JSON-Wert"}, {"the variable ", "das Merkmal "}, {"unknown code ", "unbekannter Schlüssel "},
    {"unknown unit ", "unbekannte Einheit "}, {" of measure ", " des Merkmals "}, {"' here and '", "' hier und '"},
    {": the part '", ": der Teil '"}, {"; the field ", "; das Feld "}, {"is no figure", "ist kein Wert"},
    {"no code for ", "kein Schlüssel für "}, {"row number '", "Zeilennummer '"}, {"the number '", "die Zahl '"},
    {" are due: '", " nötig sind: '"}, {" expects it", " erwartet"}, {": the byte ", ": das Byte "},
    {"a field of ", "ein Feld mit "}, {"a value of ", "ein Wert mit "}, {"case number", "Aktenzeichen"},
    {"dimension '", "Gliederung '"}, {"family name", "Familienname"}, {"no number: ", "kein Wert: "},
    {"the column ", "die Spalte "}, {"the embargo", "die Sperrfrist"}, {"the header ", "der Kopf "},
    {"the key of ", "der Schlüssel von "}, {"the remark ", "die Anmerkung "}, {"the sheet '", "das Blatt '"},
    {" in lines ", " in den Zeilen "}, {" is no day", " ist kein Tag"}, {"an element", "ein Element"},
    {"first name", "Vorname"}, {"more than ", "mehr als "}, {"no column ", "keine Spalte "}, {"the path '", "der Pfad '"},
    {" (hidden)", " (ausgeblendet)"}, {" and has ", " und hat "}, {" asks for", " verlangt"}, {" bytes: '", " Bytes: '"},
    {" corrects", " berichtigt"}, {", column ", ", Spalte "}, {"a row of ", "eine Zeile mit "}, {"element '", "Element '"},
    {"the key '", "der Schlüssel '"}, {"the text ", "der Text "}, {" are due", " nötig sind"}, {"; found ", "; gefunden "},
    {"a number", "eine Zahl"}, {"no key (", "kein Schlüssel ("}, {"none of ", "keine von "}, {"the key ", "der Schlüssel "},
    {"unpacked", "entpackt"}, {" allows", " erlaubt"}, {" fields", " Felder"}, {" holds ", " enthält "},
    {" lacks ", " fehlt "}, {" times ", " mal "}, {" values", " Werte"}, {" where ", " wo "}, {"' fits ", "' passt auf "},
    {"column ", "Spalte "}, {"serial ", "Datumszahl "}, {"sheet '", "Blatt '"}, {" (and ", " (und "}, {" bytes", " Bytes"},
    {") for ", ") für "}, {"a cell", "eine Zelle"}, {"time '", "Zeit '"}, {" rows", " Zeilen"}, {"area ", "Gebiet "},
    {"byte ", "Byte "}, {"line ", "Zeile "}, {"read ", "gelesen als "}, {"time ", "Zeit "}, {"row ", "Zeile "},
}};
// Short words: only outside of quotation marks.
constexpr std::array<Phrase, 9> short_words{{
    {"at most ", "höchstens "},
    {"at least ", "mindestens "},
    {", the total", ", die Summe"},
    {" counties", " Kreise"},
    {" of ", " von "},
    {" to ", " bis "},
    {" instead of ", " statt "},
    {" and ", " und "},
    {" more", " weitere"},
}};
// clang-format on

// Words that no German sentence has.
constexpr std::array<std::string_view, 44> english{
    "the",    "is",     "are",    "were",  "and",   "with",   "where",   "which",  "has",
    "have",   "had",    "no",     "of",    "that",  "this",   "without", "more",   "than",
    "behind", "only",   "row",    "rows",  "field", "fields", "line",    "column", "file",
    "value",  "values", "number", "text",  "due",   "here",   "to",      "for",    "there",
    "it",     "its",    "cannot", "never", "from",  "stands", "names",   "holds"};

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

/// Whole words only: "row " is no part of Teterow.
std::string replaced(std::string text, Phrase const& phrase) {
    auto const& from = phrase.first;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
        auto const end = at + from.size();
        bool const is_inside = (is_letter(from.front()) && at > 0 && is_letter(text[at - 1])) ||
                               (is_letter(from.back()) && end < text.size() && is_letter(text[end]));
        if (!is_inside) text.replace(at, from.size(), phrase.second);
        at += is_inside ? 1 : phrase.second.size();
    }
    return text;
}

/// Calls `each` with what stands outside and inside of quotation marks, in turn.
template <typename Each>
void by_quotes(std::string_view text, Each const& each) {
    bool is_quoted = false;
    for (std::size_t from = 0; from <= text.size(); is_quoted = !is_quoted) {
        auto const end = std::min(text.find('\'', from), text.size());
        each(text.substr(from, end - from), is_quoted, end < text.size());
        from = end + 1;
    }
}

} // namespace

std::string translated(std::string text) {
    for (auto const& phrase : phrases) text = replaced(std::move(text), phrase);
    std::string out;
    by_quotes(text, [&out](std::string_view part, bool is_quoted, bool goes_on) {
        std::string made{part};
        if (!is_quoted)
            for (auto const& word : short_words) made = replaced(std::move(made), word);
        out += made;
        if (goes_on) out += '\'';
    });
    return out;
}

bool is_german(std::string_view text) {
    bool all = true;
    by_quotes(text, [&all](std::string_view part, bool is_quoted, bool) {
        if (is_quoted) return;
        for (std::size_t at = 0; at < part.size();) {
            auto end = at;
            while (end < part.size() && is_letter(part[end])) ++end;
            auto const word = part.substr(at, end - at);
            all = all && std::find(english.begin(), english.end(), word) == english.end();
            at = std::max(end, at + 1);
        }
    });
    return all;
}

} // namespace gateway::intake
