use serde_json::json;

use super::*;
use crate::model::Model;

const MODEL: &str = r"
service s3 rest-xml 2006-03-01 -
namespace http://s3/doc/
structure Rules xml=RuleSet
  Rules RuleList form=Rule flattened
  Tags TagList form=TagSet
  Owners Owners
  Labels Labels flattened
  Days Days
  On Flag
  At Time
  Kind Text form=xsi:type xmlAttribute
  Size Days @header=x-size
list RuleList Rule
structure Rule
  Id Text form=ID
list TagList Text item=Tag
map Owners Text Text
map Labels Text Days key=Name value=Value
string Text
integer Days
boolean Flag
timestamp Time
";

fn read(document: &str) -> Result<serde_json::Value, crate::ApiError> {
    let model = Model::parse(&[MODEL]).unwrap();
    Ok(members(&model, model.structure("Rules").unwrap(), &parse(document.as_bytes())?)?.into())
}

const WRITTEN: &str = r#"<RuleSet xmlns="http://s3/doc/" xsi:type="K"><Rule><ID>a &amp; b&#xD;</ID></Rule><Rule><ID>2</ID></Rule><TagSet><Tag>x</Tag><Tag>y</Tag></TagSet><Owners><entry><key>k</key><value>v</value></entry></Owners><Labels><Name>n</Name><Value>3</Value></Labels><Days>-1</Days><On>true</On><At>2026-11-26T12:00:00.000Z</At></RuleSet>"#;

#[test]
fn what_is_written_is_read() {
    let model = Model::parse(&[MODEL]).unwrap();
    let value = json!({
        "Rules": [{ "Id": "a & b\r" }, { "Id": "2" }], "Tags": ["x", "y"], "Owners": { "k": "v" }, "Labels": { "n": 3 }, "Days": -1, "On": true,
        "At": 1_795_694_400.0, "Kind": "K", "Size": 7,
    });
    let written = root(&model, "Rules", "Output", &value);
    assert_eq!(written, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{WRITTEN}"));
    let mut read = read(&written).unwrap();
    read["Size"] = json!(7);
    assert_eq!(read, value);
}

#[test]
fn prefixes_comments_and_characters_are_taken() {
    let document =
        "<?xml version='1.0'?><!-- x --><a:RuleSet xmlns:a='u'><a:Rule><a:ID><![CDATA[<x>]]>&#65;&lt;</a:ID></a:Rule><On/></a:RuleSet>";
    assert_eq!(read(document).unwrap_err().message, " can not be converted to a Boolean");
    assert_eq!(read(&document.replace("<On/>", "")).unwrap(), json!({ "Rules": [{ "Id": "<x>A<" }] }));
}

#[test]
fn what_is_no_xml_is_refused() {
    let deep = format!("{}{}", "<a>".repeat(1000), "</a>".repeat(1000));
    let entity = "<!DOCTYPE a [<!ENTITY x 'y'>]><RuleSet>&x;</RuleSet>";
    for document in ["", "{}", "<a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", entity, &deep] {
        assert_eq!(read(document).unwrap_err().code, "MalformedXML", "{document}");
    }
}
