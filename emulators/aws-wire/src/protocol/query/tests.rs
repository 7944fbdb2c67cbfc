use serde_json::json;

use super::*;
use crate::message::WireBody;

const MODEL: &str = r"
service sqs json-1.0 2012-11-05 AmazonSQS
also query
namespace http://queue/
address QueueUrl
operation Send POST / 200 Input Output
operation Quiet POST / 200 Input -
structure Input
  QueueUrl! Text
  Delay Number
  Attributes Attributes form=Attribute
  Entries Entries
  Names Names
  Tags Tags
  Keys! Names form=Key flattened
list Entries Entry flattened item=Entry
structure Entry
  Id! Text
  Attributes Attributes form=Attribute
map Attributes Text Attribute flattened key=Name value=Value
structure Attribute
  Kind! Text
  Texts Texts form=TextValue flattened
list Texts Text item=TextValue
list Names Text
map Tags Text Text
structure Output
  Id Text
  At Time
  Entries Entries
  Attributes Attributes form=Attribute
  Names Names
  Tags Tags
  Done Flag
string Text
integer Number
boolean Flag
timestamp Time
";

fn read_form(body: &'static str, path: &str) -> Result<Value, ApiError> {
    let model = Model::parse(&[MODEL]).unwrap();
    let request = WireRequest {
        method: http::Method::POST,
        path: path.into(),
        query: String::new(),
        headers: http::HeaderMap::new(),
        body: body.into(),
    };
    read(&model, model.operation("Send").unwrap(), &request, "http://here").map(|said| said.input)
}

#[test]
fn fields_become_members() {
    let form = "Action=Send&QueueUrl=http%3A%2F%2Fq&Delay=3&Attribute.2.Name=b&Attribute.2.Value.Kind=S&Attribute.10.Name=c\
        &Attribute.10.Value.Kind=N&Attribute.1.Name=a&Attribute.1.Value.Kind=S&Attribute.1.Value.TextValue.1=x+y\
        &Entry.1.Id=one&Entry.2.Id=two&Entry.2.Attribute.1.Name=k&Entry.2.Attribute.1.Value.Kind=S\
        &Key.1=x&Names.member.1=n&Names.member.2=m&Tags.entry.1.key=t&Tags.entry.1.value=v";
    assert_eq!(
        read_form(form, "/").unwrap(),
        json!({
            "QueueUrl": "http://q", "Delay": 3,
            "Attributes": { "a": { "Kind": "S", "Texts": ["x y"] }, "b": { "Kind": "S" }, "c": { "Kind": "N" } },
            "Entries": [{ "Id": "one" }, { "Id": "two", "Attributes": { "k": { "Kind": "S" } } }],
            "Names": ["n", "m"], "Tags": { "t": "v" }, "Keys": ["x"],
        })
    );
}

#[test]
fn an_address_stands_for_the_member_that_is_one() {
    assert_eq!(read_form("Action=Send", "/000000000000/q").unwrap(), json!({ "QueueUrl": "http://here/000000000000/q", "Keys": [] }));
    // What stands there is nobody's: the service says so.
    assert_eq!(read_form("Action=Send", "/").unwrap(), json!({ "QueueUrl": "http://here/", "Keys": [] }));
    assert_eq!(read_form("QueueUrl=x", "/000000000000/q").unwrap(), json!({ "QueueUrl": "x", "Keys": [] }));
}

#[test]
fn an_empty_list_is_an_empty_field_or_none() {
    assert_eq!(read_form("QueueUrl=x&Names=&Entry=", "/").unwrap(), json!({ "QueueUrl": "x", "Entries": [], "Names": [], "Keys": [] }));
}

#[test]
fn what_is_no_number_and_what_goes_too_deep_is_refused() {
    assert_eq!(read_form("QueueUrl=x&Delay=soon", "/").unwrap_err().code, "MalformedInput");
    let deep: &'static str = Box::leak("a.".repeat(1000).into_boxed_str());
    assert_eq!(read_form(deep, "/").unwrap_err().code, "MalformedInput");
}

fn rendered(operation: &str, members: &Value) -> String {
    let model = Model::parse(&[MODEL]).unwrap();
    let answer = if members.is_null() { Answer::empty() } else { Answer::of(members) };
    let WireBody::Whole(body) = render(&model, model.operation(operation).unwrap(), &answer, "id").body else { panic!("a stream") };
    String::from_utf8(body.to_vec()).unwrap()
}

#[test]
fn answers_are_xml() {
    let members = json!({
        "Id": "a<b\r\"", "At": 1.5, "Entries": [{ "Id": "1" }, { "Id": "2" }], "Attributes": { "k": { "Kind": "S", "Texts": ["x", "y"] } },
        "Names": ["n"], "Tags": { "t": "v" }, "Done": true,
    });
    assert_eq!(
        rendered("Send", &members),
        "<?xml version=\"1.0\"?><SendResponse xmlns=\"http://queue/\"><SendResult><Id>a&lt;b&#xD;&quot;</Id><At>1970-01-01T00:00:01.500Z</At>\
         <Entry><Id>1</Id></Entry><Entry><Id>2</Id></Entry><Attribute><Name>k</Name><Value><Kind>S</Kind><TextValue>x</TextValue>\
         <TextValue>y</TextValue></Value></Attribute><Names><member>n</member></Names>\
         <Tags><entry><key>t</key><value>v</value></entry></Tags><Done>true</Done></SendResult>\
         <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></SendResponse>"
    );
    assert_eq!(
        rendered("Quiet", &Value::Null),
        "<?xml version=\"1.0\"?><QuietResponse xmlns=\"http://queue/\">\
         <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></QuietResponse>"
    );
}
