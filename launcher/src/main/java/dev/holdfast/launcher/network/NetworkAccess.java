package dev.holdfast.launcher.network;

import dev.holdfast.launcher.CommandFailure;
import java.security.SecureRandom;

/** How to reach a network: endpoint, credentials, grant. Its text is meant for the owner's eyes. */
public final class NetworkAccess {
  private final NetworkDirectory directory;
  private final NetworkSettings settings;
  private final FirstProject.Credentials credentials;

  private NetworkAccess(
      NetworkDirectory directory, NetworkSettings settings, FirstProject.Credentials credentials) {
    this.directory = directory;
    this.settings = settings;
    this.credentials = credentials;
  }

  /** Reads what {@code up} wrote; needs no process. */
  public static NetworkAccess of(NetworkDirectory directory) {
    NetworkSettings settings = directory.requireSettings();
    FirstProject project = new FirstProject(directory, new SecureRandom());
    if (!project.exists()) {
      throw new CommandFailure(
          CommandFailure.NOT_FOUND,
          "the network in %s has no project yet: run 'holdfast up --data %s' until it is ready"
              .formatted(directory.root(), directory.root()));
    }
    return new NetworkAccess(directory, settings, project.readCredentials());
  }

  public String accessGrant() {
    return credentials.accessGrant();
  }

  public String accessKeyId() {
    return credentials.accessKeyId();
  }

  public String secretAccessKey() {
    return credentials.secretAccessKey();
  }

  public String region() {
    return settings.region();
  }

  public String endpoint() {
    return new PeerConfigurations(directory, settings).endpoint();
  }

  /** {@code export NAME='value'} lines; no value contains a quote. */
  public String exports() {
    return """
    export AWS_ACCESS_KEY_ID='%s'
    export AWS_SECRET_ACCESS_KEY='%s'
    export AWS_ENDPOINT_URL='%s'
    export AWS_REGION='%s'
    export AWS_DEFAULT_REGION='%s'
    export HOLDFAST_ACCESS='%s'
    """
        .formatted(
            credentials.accessKeyId(),
            credentials.secretAccessKey(),
            endpoint(),
            settings.region(),
            settings.region(),
            credentials.accessGrant());
  }

  /**
   * What a newcomer needs next, to copy and paste.
   *
   * @param command how this program is called
   */
  public String welcome(String command) {
    return """

    Holdfast is ready: %d storage nodes, scheme %s.

      endpoint            %s
      region              %s
      access key id       %s
      secret access key   %s

    Every shell command below works after:   eval "$(%s env --data %s)"

      aws      aws s3 mb s3://backup && aws s3 sync ~/Documents s3://backup
      restic   export RESTIC_PASSWORD='choose one'
               restic -r s3:%s/backup init
               restic -r s3:%s/backup backup ~/Documents
      rclone   export RCLONE_CONFIG_HOLDFAST_TYPE=s3 RCLONE_CONFIG_HOLDFAST_PROVIDER=Other \\
                 RCLONE_CONFIG_HOLDFAST_ENV_AUTH=true RCLONE_CONFIG_HOLDFAST_ENDPOINT=%s
               rclone sync ~/Documents holdfast:backup
      holdfast %s cp -r ~/Documents hf://backup/

    SAVE THESE TWO, apart from each other and away from this machine; without them nobody can
    read your data once this folder is gone:

      passphrase          %s
      recovery kit        %s

    All %d nodes stand on one disk: this network survives dead nodes, not a dead disk.
    """
        .formatted(
            settings.nodes().size(),
            settings.scheme(),
            endpoint(),
            settings.region(),
            credentials.accessKeyId(),
            credentials.secretAccessKey(),
            command,
            directory.root(),
            endpoint(),
            endpoint(),
            endpoint(),
            command,
            directory.passphraseFile(),
            directory.recoveryKitFile(),
            settings.nodes().size());
  }
}
