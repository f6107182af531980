package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.server.http.HttpResponse;
import io.edgeai.server.http.RequestHead;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackingTest {
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate, gzip;q=0.5", "GZIP", "br;q=1, gzip"})
    void largeAnswersArePackedForThoseWhoAsk(String accepted) throws IOException {
        HttpResponse packed = packed(5000, accepted);

        assertThat(packed.headers()).containsEntry("Content-Encoding", "gzip").containsEntry("Vary", "Accept-Encoding");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(in.readAllBytes()).isEqualTo(new byte[5000]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "identity", "gzip;q=0", "gzip;q=0.00", "xgzip"})
    void othersGetThemAsTheyAre(String accepted) {
        assertThat(packed(5000, accepted).headers()).doesNotContainKey("Content-Encoding");
    }

    @Test
    void smallAnswersAreNotWorthIt() {
        assertThat(packed(1023, "gzip").body()).hasSize(1023);
    }

    private static HttpResponse packed(int length, String accepted) {
        RequestHead head = new RequestHead("GET", "/", Map.of("accept-encoding", accepted));
        return Packing.packed(HttpResponse.json(200, new byte[length]), head);
    }
}
