package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.secagg.Identities;
import io.edgeai.federated.simulation.FederatedSimulation;
import io.edgeai.federated.transport.Conditions;
import io.edgeai.federated.transport.Roster;
import io.edgeai.federated.transport.grpc.GrpcParticipant;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One participant of a federation, until its coordinator says that there are no more rounds. */
@Command(description = "Take part in a federation from this process, until its last round is over.")
final class ParticipantCommand extends ToolCommand {
    @Parameters(
            paramLabel = "CONFIG.json",
            description = "As for 'federate simulate'; of the data, the own part is used, or that of --data.")
    private Path config = Path.of("");

    @Option(
            names = "--name",
            paramLabel = "ID",
            required = true,
            description = "Which participant this is; without --data, of the data.")
    private String name = "";

    @Option(names = "--host", paramLabel = "HOST", description = "The coordinator's address (default: 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "The coordinator's port (default: 9443).")
    private int port = 9443;

    @Option(names = "--patience", paramLabel = "S", description = "Seconds to try to reach it (default: 600).")
    private int patience = 600;

    @Option(
            names = "--roster",
            paramLabel = "PEM",
            description = "Certificates of all participants of secure sums; this one signs with --key.")
    private @Nullable Path roster;

    @Option(
            names = "--require-survivors",
            paramLabel = "N",
            description =
                    "Train only for sums of at least N updates that nobody sees (default: 0, for any coordinator).")
    private int survivors;

    @Option(
            names = "--require-noise",
            paramLabel = "Z",
            description = "Train only where participants' own noise is at least Z times the clip norm (default: 0).")
    private double noise;

    @Mixin
    private SiteDataOptions site = new SiteDataOptions();

    @Mixin
    private TlsOptions tls = new TlsOptions();

    ParticipantCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (!Files.isRegularFile(config)) {
            throw new InvalidInputException(
                    "File (" + config + ") does not exist. Maybe the path is relative to another folder.");
        }
        FederatedSimulation federation = FederatedSimulation.read(config);
        ParticipantData own = site.read(name, federation, terminal());
        GrpcParticipant.Builder settings = GrpcParticipant.builder()
                .host(host)
                .port(port)
                .patience(Duration.ofSeconds(patience))
                .conditions(new Conditions(survivors, noise))
                .participant(own == null ? federation.participant(name) : federation.participant(own));
        TlsFiles files = tls.files();
        if (files != null) {
            settings.tls(files);
        }
        if (roster != null) {
            if (files == null || files.key() == null) {
                throw new InvalidInputException("Option --roster (" + roster
                        + ") needs a key to sign with. Maybe give --certificate, --key and --trust.");
            }
            settings.roster(Roster.ofCertificates(roster), Identities.session(Identities.signer(files.key())));
        }
        try (GrpcParticipant session = settings.start()) {
            var unused = session.welcomed()
                    .thenRun(() -> terminal().notice("participant (" + name + ") takes part at " + host + ":" + port));
            session.await();
        }
        terminal().notice("participant (" + name + ") has heard the end");
        return OK;
    }
}
