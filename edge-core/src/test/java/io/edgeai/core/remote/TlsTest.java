package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.testing.Ort;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may talk to whom. */
@Timeout(600)
class TlsTest {
    @TempDir
    Path folder;

    private InferenceSession session;
    private TlsFiles server;
    private TlsFiles known;
    private TlsFiles stranger;

    @BeforeEach
    void make() throws Exception {
        Certificates certificates = new Certificates(folder);
        session = Ort.runtime()
                .open(TinyModels.affine(1), SessionOptions.defaults().slots(1));
        server = certificates.make("server");
        known = certificates.make("known");
        stranger = certificates.make("stranger");
    }

    @AfterEach
    void close() {
        session.close();
    }

    private GrpcInferenceServer serving(TlsFiles files) {
        return GrpcInferenceServer.builder().model("m", session).tls(files).start();
    }

    private RemoteSession.Builder asking(GrpcInferenceServer of) {
        return RemoteSession.builder().port(of.port()).model("m").connectWithin(Duration.ofMillis(700));
    }

    private Path certificate(TlsFiles files) {
        return files.certificates();
    }

    @Test
    void aClientThatTrustsTheServerIsAnswered() {
        try (GrpcInferenceServer listening = serving(server);
                RemoteSession remote = asking(listening)
                        .connectWithin(Ample.TIME)
                        .tls(TlsFiles.trusting(certificate(server)))
                        .open()) {
            assertThat(remote.predict(new float[3], 0)).containsExactly(1, 1, 1);
        }
    }

    @Test
    void aServerThatIsNotTrustedOrNotTheOneMeantGetsNothing() {
        try (GrpcInferenceServer listening = serving(server)) {
            assertThatThrownBy(() -> asking(listening)
                            .tls(TlsFiles.trusting(certificate(stranger)))
                            .open())
                    .isInstanceOf(RemoteUnavailableException.class);
            assertThatThrownBy(() -> asking(listening)
                            .tls(TlsFiles.trusting(certificate(server)))
                            .serverName("other.example")
                            .open())
                    .isInstanceOf(RemoteUnavailableException.class);
            assertThatThrownBy(() -> asking(listening).open()).isInstanceOf(RemoteUnavailableException.class);
        }
    }

    @Test
    void whereTheServerWantsToKnowItsClientsOnlyThoseAreAnswered() {
        try (GrpcInferenceServer listening = serving(server.andTrusting(certificate(known)))) {
            try (RemoteSession remote = asking(listening)
                    .connectWithin(Ample.TIME)
                    .tls(known.andTrusting(certificate(server)))
                    .open()) {
                assertThat(remote.predict(new float[3], 0)).containsExactly(1, 1, 1);
            }
            assertThatThrownBy(() -> asking(listening)
                            .tls(stranger.andTrusting(certificate(server)))
                            .open())
                    .isInstanceOf(RemoteUnavailableException.class);
            assertThatThrownBy(() -> asking(listening)
                            .tls(TlsFiles.trusting(certificate(server)))
                            .open())
                    .isInstanceOf(RemoteUnavailableException.class);
        }
    }
}
