package io.edgeai.core.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Examples that Amazon publishes: of S3 ("Signature Calculations for the Authorization Header: Transferring Payload in a Single
 * Chunk") and of the general test suite ({@code get-vanilla}, {@code get-vanilla-query-order-key-case}).
 */
class Signature4Test {
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final S3Credentials WHO =
            new S3Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static final Signature4 S3 = new Signature4("us-east-1", "s3");

    private static String signature(String authorization) {
        return authorization.substring(authorization.indexOf("Signature=") + "Signature=".length());
    }

    private static String s3(String method, String path, Map<String, String> query, String payload, String... more) {
        Map<String, String> headers = new TreeMap<>(Map.of(
                "host", "examplebucket.s3.amazonaws.com",
                "x-amz-date", "20130524T000000Z",
                "x-amz-content-sha256", payload));
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return signature(S3.authorization(WHO, method, path, query, headers, payload));
    }

    @Test
    void objectsAreReadAsInTheExample() {
        assertThat(s3("GET", "/test.txt", Map.of(), EMPTY, "range", "bytes=0-9"))
                .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }

    @Test
    void objectsAreStoredAsInTheExample() {
        String payload = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"; // "Welcome to Amazon S3."
        assertThat(s3(
                        "PUT",
                        "/" + Signature4.encode("test$file.text", true),
                        Map.of(),
                        payload,
                        "date",
                        "Fri, 24 May 2013 00:00:00 GMT",
                        "x-amz-storage-class",
                        "REDUCED_REDUNDANCY"))
                .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    }

    @Test
    void queriesAreSignedAsInTheExamples() {
        assertThat(s3("GET", "/", Map.of("lifecycle", ""), EMPTY))
                .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
        assertThat(s3("GET", "/", Map.of("prefix", "J", "max-keys", "2"), EMPTY))
                .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void theGeneralSuiteComesOut() {
        S3Credentials who = new S3Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        Map<String, String> headers = Map.of("host", "example.amazonaws.com", "x-amz-date", "20150830T123600Z");
        Signature4 service = new Signature4("us-east-1", "service");
        assertThat(service.authorization(who, "GET", "/", Map.of(), headers, EMPTY))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                        + " SignedHeaders=host;x-amz-date,"
                        + " Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        assertThat(signature(service.authorization(
                        who, "GET", "/", Map.of("Param2", "value2", "Param1", "value1"), headers, EMPTY)))
                .isEqualTo("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    }

    /** "Deriving the signing key", with its own secret. */
    @Test
    void theKeyIsDerivedAsInTheExample() {
        byte[] key = new Signature4("us-east-1", "iam").key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830");
        assertThat(HexFormat.of().formatHex(key))
                .isEqualTo("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    }

    @Test
    void allButPlainCharactersAreEncoded() {
        assertThat(Signature4.encode("a b/ü~+=", true)).isEqualTo("a%20b/%C3%BC~%2B%3D");
        assertThat(Signature4.encode("a/b", false)).isEqualTo("a%2Fb");
        assertThat(WHO).hasToString("credentials of AKIAIOSFODNN7EXAMPLE");
    }
}
