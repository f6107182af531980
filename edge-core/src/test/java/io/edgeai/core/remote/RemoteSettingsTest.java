package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.ensemble.ComposedSession;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.testing.Ort;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings that are refused, and what is said where gRPC is absent. */
class RemoteSettingsTest {
    private static final InferenceSession SESSION =
            Ort.runtime().open(TinyModels.affine(1), SessionOptions.defaults().slots(1));

    private static RemoteSession.Builder client() {
        return RemoteSession.builder().port(9).model("m");
    }

    private static GrpcInferenceServer.Builder server() {
        return GrpcInferenceServer.builder().model("m", SESSION);
    }

    static Stream<Arguments> refused() {
        return Stream.<Object[]>of(
                        call("port: 0", () -> RemoteSession.builder().model("m").open()),
                        call("model: )", () -> RemoteSession.builder().port(9).open()),
                        call("connectWithin (PT0S)", () -> client().connectWithin(Duration.ZERO)),
                        call("maxMessageBytes (1023)", () -> client().maxMessageBytes(1023)),
                        call("Host (192.0.2.7)", () -> client().host("192.0.2.7")
                                .open()),
                        call("Host (0.0.0.0)", () -> server().host("0.0.0.0").start()),
                        call("(0) models", () -> GrpcInferenceServer.builder().start()),
                        call("Model (m) is given twice", () -> server().model("m", SESSION)),
                        call("port (70000)", () -> server().port(70_000)),
                        call("threads (0)", () -> server().threads(0)),
                        call("maxQueue (-1)", () -> server().maxQueue(-1)),
                        call("has none", () -> server().tls(TlsFiles.ofTheJvm())),
                        call("only one of them", () -> new TlsFiles(Path.of("c.pem"), null, null)))
                .map(Arguments::of);
    }

    private static Object[] call(String said, ThrowingCallable call) {
        return new Object[] {said, call};
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void aSettingThatCannotBeIsNamed(String said, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContaining(said);
    }

    @Test
    void whatTheMachineRefusesIsNamed() {
        try (GrpcInferenceServer first = server().start()) {
            assertThatThrownBy(() -> server().port(first.port()).start())
                    .isInstanceOf(RuntimeUnavailableException.class)
                    .hasMessageContaining("127.0.0.1:" + first.port());
        }
        assertThatThrownBy(() ->
                        client().tls(TlsFiles.trusting(Path.of("no-such.pem"))).open())
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("no-such.pem");
        assertThatThrownBy(() -> client().host("no-such-host.invalid").open())
                .isInstanceOf(RemoteUnavailableException.class)
                .hasMessageContaining("(no-such-host.invalid)");
    }

    @Test
    void otherMachinesAreServedUnencryptedWhereAskedFor() {
        try (GrpcInferenceServer open =
                        server().host("0.0.0.0").allowPlaintext().start();
                RemoteSession session = client().port(open.port()).open()) {
            assertThat(session.predict(new float[3], 0)).containsExactly(1, 1, 1);
        }
    }

    @Test
    void withoutGrpcTheDependenciesAreNamed() throws Exception {
        List<URL> without = new ArrayList<>();
        for (String entry : StageProcess.classPath().split(File.pathSeparator)) {
            if (!entry.contains("grpc")) {
                without.add(new File(entry).toURI().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(without.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            for (String type : List.of("RemoteSession", "GrpcInferenceServer")) {
                Class<?> api = loader.loadClass(RemoteSession.class.getPackageName() + "." + type);
                Object builder = api.getMethod("builder").invoke(null);
                Method last = builder.getClass().getMethod(type.equals("RemoteSession") ? "open" : "start");
                if (type.equals("RemoteSession")) {
                    builder.getClass().getMethod("port", int.class).invoke(builder, 9);
                    builder.getClass().getMethod("model", String.class).invoke(builder, "m");
                } else {
                    Class<?> session = loader.loadClass(InferenceSession.class.getName());
                    builder.getClass().getMethod("model", String.class, session).invoke(builder, "m", null);
                }
                assertThatThrownBy(() -> last.invoke(builder))
                        .isInstanceOf(InvocationTargetException.class)
                        .cause()
                        .hasMessageContaining("Maybe add the dependencies io.grpc:grpc-netty-shaded:1.85.1");
            }
            assertThat(loader.loadClass(ComposedSession.class.getName())).isNotNull();
        }
    }
}
