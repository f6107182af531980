package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.server.http.RequestHead;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {
    private final AccessToken token = AccessToken.of("s3cret");

    @ParameterizedTest
    @ValueSource(strings = {"Bearer s3cret", "bearer s3cret", "Bearer  s3cret "})
    void theTokenLetsIn(String header) {
        assertThatCode(() -> token.require(bearing(header))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3cret",
                "Bearer",
                "Bearer ",
                "Bearer s3cre",
                "Bearer s3crets",
                "Basic s3cret",
                "Bearer S3CRET"
            })
    void allElseStaysOut(String header) {
        assertThatThrownBy(() -> token.require(bearing(header)))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(401);
                    assertThat(refusal.headers()).containsEntry("WWW-Authenticate", "Bearer");
                })
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void withoutATokenEverybodyIsLetIn() {
        assertThatCode(() -> AccessToken.none().require(bearing(""))).doesNotThrowAnyException();
        assertThat(AccessToken.none().required()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "token\n"})
    void aTokenThatNobodyCouldSendIsRefused(String text) {
        assertThatThrownBy(() -> AccessToken.of(text)).isInstanceOf(InvalidInputException.class);
    }

    private static RequestHead bearing(String header) {
        return new RequestHead("GET", "/v2", header.isEmpty() ? Map.of() : Map.of("authorization", header));
    }
}
