package io.edgeai.core.runtime.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All engines in one process, started in any order, and none of them fetches anything: each order has a process of its
 * own, whose proxy is a socket of this test.
 */
class EngineOrderIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "onnxruntime xgboost pytorch tensorflow",
                "xgboost onnxruntime tensorflow pytorch",
                "pytorch tensorflow onnxruntime xgboost",
                "pytorch xgboost tensorflow onnxruntime",
                "tensorflow onnxruntime xgboost pytorch",
                "tensorflow pytorch xgboost onnxruntime"
            })
    void eachAnswersWhateverStartedBefore(String order) throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Path log = folder.resolve("log");
            Process process = start(order, proxy.getLocalPort(), log);
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            process.destroyForcibly();
            assertThat(ended).as(order).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
            assertThat(folder.resolve("done")).exists();
            assertThat(connected(proxy)).as("a download through the proxy").isFalse();
        }
    }

    private Process start(String order, int proxy, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dai.djl.pytorch.num_threads=1"));
        for (String scheme : List.of("http", "https")) {
            command.add("-D" + scheme + ".proxyHost=127.0.0.1");
            command.add("-D" + scheme + ".proxyPort=" + proxy);
        }
        command.add(EngineOrder.class.getName());
        command.add(folder.toString());
        command.addAll(List.of(order.split(" ")));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
        builder.environment().remove("OPT_OUT_TRACKING");
        return builder.start();
    }

    private static boolean connected(ServerSocket proxy) throws IOException {
        proxy.setSoTimeout(1);
        try {
            proxy.accept().close();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
