package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The paths of the protocol and its extensions, as their documents list them. */
class RouteTest {
    @ParameterizedTest
    @CsvSource({
        "GET,  /v2/health/live,                    LIVE,        '', ''",
        "GET,  /v2/health/ready,                   READY,       '', ''",
        "GET,  /v2,                                SERVER,      '', ''",
        "GET,  /v2/,                               SERVER,      '', ''",
        "HEAD, /v2,                                SERVER,      '', ''",
        "GET,  /metrics,                           METRICS,     '', ''",
        "GET,  /v2/models/my.model-1,              MODEL,       my.model-1, ''",
        "GET,  /v2/models/m/,                      MODEL,       m, ''",
        "GET,  /v2/models/m/versions/3,            MODEL,       m, 3",
        "GET,  /v2/models/m/ready,                 MODEL_READY, m, ''",
        "GET,  /v2/models/m/versions/3/ready,      MODEL_READY, m, 3",
        "POST, /v2/models/m/infer,                 INFER,       m, ''",
        "POST, /v2/models/versions/versions/12/infer, INFER,    versions, 12",
        "POST, /v2/repository/index,               INDEX,       '', ''",
        "POST, /v2/repository/models/m/load,       LOAD,        m, ''",
        "POST, /v2/repository/models/m/unload,     UNLOAD,      m, ''"
    })
    void paths(String method, String path, Route.Action action, String model, String version) {
        Route route = Route.of(method, path);

        assertThat(route.action()).isEqualTo(action);
        assertThat(route.model()).isEqualTo(model);
        assertThat(route.version().map(ref -> Integer.toString(ref.number())).orElse(""))
                .isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "/",
        "/v1/models/m",
        "/v2/models",
        "/v2/models/",
        "/v2/models//infer",
        "/v2/health",
        "/v2/health/live/now",
        "/metrics/more",
        "/v2/models/m/versions",
        "/v2/models/m/versions/0/infer",
        "/v2/models/m/versions/03/infer",
        "/v2/models/m/versions/x/infer",
        "/v2/models/m/versions/99999999999/infer",
        "/v2/models/m/infer/now",
        "/v2/models/%2e%2e/infer",
        "/v2/models/../infer",
        "/v2/repository",
        "/v2/repository/models/m",
        "/v2/repository/models/m/reload"
    })
    void allElseIsNotFound(String path) {
        assertThatThrownBy(() -> Route.of("POST", path))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(404));
    }

    @Test
    void anotherMethodIsToldTheRightOne() {
        assertThatThrownBy(() -> Route.of("GET", "/v2/models/m/infer"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(405);
                    assertThat(refusal.headers()).isEqualTo(Map.of("Allow", "POST"));
                })
                .hasMessageContaining("Maybe use POST.");
    }
}
