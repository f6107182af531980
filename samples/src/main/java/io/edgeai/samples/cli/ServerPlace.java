package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which server is asked, and by which token. */
final class ServerPlace {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server that runs it, e.g. http://127.0.0.1:8000.")
    private @Nullable String url;

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the token that the server asks for.")
    private @Nullable Path tokenFile;

    /** @throws InvalidInputException where none is named */
    ExperimentServer required() {
        return required("experiment");
    }

    /** As {@link #required()}, for bandits or experiments. */
    ExperimentServer required(String kind) {
        return named(kind)
                .orElseThrow(() -> new InvalidInputException(
                        "No server is named. Maybe --server http://127.0.0.1:8000, where 'edgeai serve' runs."));
    }

    /** Empty where none is named. */
    Optional<ExperimentServer> named() {
        return named("experiment");
    }

    /** As {@link #named()}, for bandits or experiments. */
    Optional<ExperimentServer> named(String kind) {
        if (url == null) {
            if (tokenFile != null) {
                throw new InvalidInputException(
                        "--token-file (" + tokenFile + ") is for a server. Maybe name it by --server URL.");
            }
            return Optional.empty();
        }
        Optional<String> token = Optional.ofNullable(tokenFile).map(file -> Secrets.read("--token-file", file));
        return Optional.of(new ExperimentServer(kind, address(url), token));
    }

    private static URI address(String text) {
        try {
            URI address = new URI(text.endsWith("/") ? text : text + "/");
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            if (address.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return address;
            }
        } catch (java.net.URISyntaxException e) {
            throw new InvalidInputException("--server (" + text + ") is no address. Maybe http://127.0.0.1:8000.", e);
        }
        throw new InvalidInputException(
                "--server (" + text + ") is no address of http or https. Maybe " + "http://127.0.0.1:8000.");
    }
}
