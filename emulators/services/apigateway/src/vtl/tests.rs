use serde_json::json;

use super::*;

fn with(template: &str, body: &str) -> Result<String, String> {
    let parameters = Parameters {
        path: vec![("id".into(), "7".into())],
        query: vec![("q".into(), "x y".into()), ("id".into(), "not this".into())],
        header: vec![("X-Team".into(), "red".into())],
    };
    let context = json!({ "stage": "dev", "identity": { "sourceIp": "1.2.3.4" }, "responseOverride": { "header": {} } });
    let variables = [("v".to_owned(), "1".to_owned())];
    let given = Given { input: Input::new(body.to_owned(), parameters), context, variables: &variables };
    render(template, given).map(|rendered| rendered.text)
}

fn text(template: &str) -> String {
    with(template, r#"{"json":{"a":1,"list":[{"n":"x"},{"n":"y"}],"s":"it's \"q\""}}"#).unwrap()
}

/// What AWS answers to these is written down in LocalStack's snapshot of `test_input_path_template_formatting`.
#[test]
fn what_paths_lead_to_is_written_as_the_vendor_writes_it() {
    let of = |template: &str, json: &str| {
        with(&format!("#set($result = $input.path(\"$.json\")){template}"), &format!("{{\"json\":{json}}}")).unwrap()
    };
    assert_eq!(of("$result", r#"{"foo":"bar"}"#), "{foo=bar}");
    assert_eq!(of("$result", r#"[{"foo":"bar"}]"#), r#"[{"foo":"bar"}]"#);
    assert_eq!(of("$result.nested", r#"{"nested":[{"foo":"bar"}]}"#), r#"[{"foo":"bar"}]"#);
    assert_eq!(of("$result[0]", r#"[{"foo":"bar"}]"#), "{foo=bar}");
    assert_eq!(of("$result[0]", r#"[[{"foo":"bar"}]]"#), r#"[{"foo":"bar"}]"#);
    assert_eq!(of("$result.toString()", r#"{"list":[{"foo":"bar"}]}"#), r#"{list=[{"foo":"bar"}]}"#);
    assert_eq!(of("$result", r#"{"bigger":"dict","to":"test"}"#), "{bigger=dict, to=test}");
    let nothing = concat!(
        r#"{"body": $result, "nested": $result.nested, "#,
        r##""isNull": #if( $result == $null )"true"#else"false"#end, "isEmptyString": #if( $result == "" )"true"#else"false"#end}"##
    );
    assert_eq!(of(nothing, "null"), r#"{"body": , "nested": , "isNull": "true", "isEmptyString": "true"}"#);
    assert_eq!(of(nothing, "[]"), r#"{"body": [], "nested": , "isNull": "false", "isEmptyString": "false"}"#);
}

#[test]
fn input_context_variables_and_util() {
    assert_eq!(text("$input.json('$.json.list[0]') $input.json('$.no') ${input.path('$.json.a')}"), r#"{"n":"x"} "" 1"#);
    assert_eq!(text("$input.json('$.json.list[*].n')"), r#"["x","y"]"#);
    assert_eq!(
        text("$input.params('id')|$input.params('q')|$input.params('x-team')|$input.params('no')|$input.params().header.X-Team"),
        "7|x y|red||red"
    );
    assert_eq!(text("$context.stage $context.identity.sourceIp $stageVariables.v [$context.none]"), "dev 1.2.3.4 1 []");
    assert_eq!(
        text(r#"$util.escapeJavaScript($input.path('$.json.s')) $util.urlEncode("a b&c") $util.urlDecode('a+b%26')"#),
        r#"it\'s \"q\" a+b%26c a b&"#
    );
    assert_eq!(text("$util.base64Encode('hi') $util.base64Decode('aGk=') $util.parseJson('{\"a\":[1]}').a[0]"), "aGk= hi 1");
    assert_eq!((with("$input.body", "").unwrap().as_str(), with("$input.body", "raw").unwrap().as_str()), ("{}", "raw"));
}

#[test]
fn directives() {
    let loops = "#foreach($i in $input.path('$.json.list'))\n$foreach.index:$i.n#if($foreach.hasNext),#end\n#end";
    assert_eq!(text(loops), "0:x,1:y");
    assert_eq!(text("#set($n = 0)#foreach($i in [1..5])#if($i == 4)#break#end#set($n = $n + $i)#end$n"), "6");
    assert_eq!(
        text("#set($m = {\"a\": 1, 'b': [true]})$m.put('c', \"x$m.a\")$m.c $m.size() #foreach($e in $m.entrySet())$e.key;#end"),
        "x1 3 a;b;c;"
    );
    assert_eq!(text("#if(1 > 2)a#elseif(!false && 'a' == \"a\")b#{else}c#end"), "b");
    assert_eq!(text("#set($l = [])#set($ok = $l.add(1))$l.size() a## gone\n#* gone\n *#b #[[$raw #if]]#"), "1 ab $raw #if");
    assert_eq!(
        text("$unknown $!unknown ${unknown.x} \\$context.stage $5 #fff a#stop b"),
        "$unknown  ${unknown.x} $context.stage $5 #fff a"
    );
    assert_eq!(text("#set($x = 7)#set($y = $x * 2 - 4 / 2)$y $x.intValue() #if($x >= 7 and $x lt 8)in#end"), "12 7 in");
    assert_eq!(text("#set($s = ' a,b ')$s.trim().split(',').get(1)$s.replaceAll('[ab]', 'z').length()"), "b5");
}

/// The console's template for passing on a whole request, and what the Serverless Framework writes.
#[test]
fn templates_that_many_have() {
    let whole = r#"#set($allParams = $input.params())
{
"body-json" : $input.json('$'),
"params" : {
#foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
"$type" : {
    #foreach($paramName in $params.keySet())
    "$paramName" : "$util.escapeJavaScript($params.get($paramName))"
        #if($foreach.hasNext),#end
    #end
}
    #if($foreach.hasNext),#end
#end
},
"context" : { "account-id" : "$context.identity.accountId", "stage" : "$context.stage" }
}"#;
    let made: Json = serde_json::from_str(&with(whole, "[1]").unwrap()).unwrap();
    assert_eq!((&made["body-json"], &made["context"]), (&json!([1]), &json!({ "account-id": "", "stage": "dev" })));
    assert_eq!(made["params"]["querystring"], json!({ "q": "x y", "id": "not this" }));
    let defined = r#"#define( $loop )
  {
  #foreach($key in $map.keySet())
      #set( $k = $util.escapeJavaScript($key) )
      #set( $v = $util.escapeJavaScript($map.get($key)).replaceAll("\\'", "'"))
      "$k":
        "$v"
        #if( $foreach.hasNext ) , #end
  #end
  }
#end
{ #set( $map = $input.params().header ) "headers": $loop, #set( $map = $context.authorizer ) "auth": $loop }"#;
    let defined = defined.replace("\\\\'", "\\'");
    let made: Json = serde_json::from_str(&with(&defined, "{}").unwrap()).unwrap();
    assert_eq!(made, json!({ "headers": { "X-Team": "red" }, "auth": {} }));
    assert!(with("#define($a)$a#end$a", "").unwrap_err().contains("inside one another"));
}

#[test]
fn what_a_template_sets_in_the_context_comes_back() {
    let given = Given {
        input: Input::new(String::new(), Parameters::default()),
        context: json!({ "responseOverride": { "header": {} } }),
        variables: &[],
    };
    let rendered = render("#set($context.responseOverride.status = 418)\n#set($context.responseOverride.header.x-a = 'b')", given).unwrap();
    assert_eq!(
        (rendered.text.as_str(), rendered.context),
        ("", json!({ "responseOverride": { "header": { "x-a": "b" }, "status": 418 } }))
    );
}

#[test]
fn what_is_not_emulated_is_refused_by_name_and_line() {
    let refused = |template: &str| with(template, "{}").unwrap_err();
    assert_eq!(refused("a\n#macro(x)#end"), "mapping template, line 2: the directive `#macro` is not emulated");
    assert!(refused("$util.now('x')").contains("`$util.now`"));
    assert!(refused("#set($a = 'x')$a.foo()").contains("the method `foo`"));
    assert!(refused("#if(true)").contains("`#end` is missing"));
    assert!(refused("#end").contains("`#end` without"));
    assert!(refused("$input.json('nonsense[')").contains("no path of JSON"));
    assert!(refused("#foreach($i in [1..2000])#end").contains("more than 1000"));
    let deep = "(".repeat(10_000);
    assert!(refused(&format!("#set($x = {deep})")).contains("more than 64 parts inside one another"));
    assert!(refused(&"#if(true)".repeat(10_000)).contains("more than 64 parts inside one another"));
}

#[test]
fn bodies_that_are_empty_or_no_json() {
    assert_eq!(with("$input.json('$') $input.path('$.a') $input.json('$.a')", "").unwrap(), r#"{}  """#);
    assert_eq!(with("$input.path('$').split('&').size() $input.json('$')", "a=1&b=2").unwrap(), r#"2 "a=1&b=2""#);
}
