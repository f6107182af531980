package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    /** Found by XGBoost's files with a mark, which its own library reads. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\ufeff"})
    void aByteOrderMarkIsPassedOver(String before) throws IOException {
        try (JsonParser json = parser((before + "{\"ü\":\"ä\"}").getBytes(StandardCharsets.UTF_8))) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            assertThat(json.nextFieldName()).isEqualTo("ü");
            assertThat(json.nextTextValue()).isEqualTo("ä");
            assertThat(json.nextToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(json.nextToken()).isNull();
        }
    }

    @Test
    void shorterThanAMarkIsReadToo() throws IOException {
        try (JsonParser json = parser(new byte[] {'7'})) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.VALUE_NUMBER_INT);
            assertThat(json.getIntValue()).isEqualTo(7);
        }
        try (JsonParser json = parser(new byte[0])) {
            assertThat(json.nextToken()).isNull();
        }
    }

    @Test
    void whatIsNoUtf8IsRefused() {
        assertThatThrownBy(() -> {
                    try (JsonParser json = parser(new byte[] {'"', (byte) 0xc3, '(', '"'})) {
                        json.nextToken();
                        json.getText();
                    }
                })
                .isInstanceOf(CharacterCodingException.class);
    }

    @Test
    void longTextIsCut() throws IOException {
        String text = "0123456789".repeat(2_000);
        try (JsonParser json = parser(("[\"" + text + "\",\"short\"]").getBytes(StandardCharsets.UTF_8))) {
            json.nextToken();
            json.nextToken();
            assertThat(JsonText.text(json, 16)).isEqualTo("0123456789012345…");
            json.nextToken();
            assertThat(JsonText.text(json, 16)).isEqualTo("short");
        }
    }

    private static JsonParser parser(byte[] bytes) throws IOException {
        return JsonText.parser(new ByteArrayInputStream(bytes));
    }
}
