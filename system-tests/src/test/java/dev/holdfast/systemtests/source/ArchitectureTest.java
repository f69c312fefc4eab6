package dev.holdfast.systemtests.source;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may know whom, and which habits the classes keep. The table is that of docs/architecture.md.
 */
class ArchitectureTest {
  private static final String PROTOCOL = "dev.holdfast.protocol..";
  private static final String ERASURE = "dev.holdfast.erasure..";
  private static final String PIECE_CLIENT = "dev.holdfast.piececlient..";
  private static final String UPLINK = "dev.holdfast.uplink..";
  private static final String SATELLITE = "dev.holdfast.satellite..";
  private static final String STORAGE_NODE = "dev.holdfast.storagenode..";
  private static final String S3_GATEWAY = "dev.holdfast.s3gateway..";
  private static final String LAUNCHER = "dev.holdfast.launcher..";

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/system-tests/"))
            .importPackages("dev.holdfast");
  }

  @Test
  void allModulesAreLookedAt() {
    for (String module :
        List.of(
            PROTOCOL,
            ERASURE,
            PIECE_CLIENT,
            UPLINK,
            SATELLITE,
            STORAGE_NODE,
            S3_GATEWAY,
            LAUNCHER)) {
      assertThat(classes.that(resideInAPackage(module))).as(module).hasSizeGreaterThan(3);
    }
  }

  /** A module and the others of ours that it may use. */
  record Edges(String module, String... mayUse) {
    @Override
    public String toString() {
      return module + " may use " + List.of(mayUse);
    }
  }

  static List<Edges> edges() {
    return List.of(
        new Edges(PROTOCOL),
        new Edges(ERASURE),
        new Edges(PIECE_CLIENT, PROTOCOL),
        new Edges(UPLINK, PROTOCOL, ERASURE, PIECE_CLIENT),
        new Edges(SATELLITE, PROTOCOL, ERASURE, PIECE_CLIENT),
        new Edges(STORAGE_NODE, PROTOCOL, PIECE_CLIENT),
        new Edges(S3_GATEWAY, UPLINK, PROTOCOL),
        new Edges(LAUNCHER, UPLINK, PROTOCOL));
  }

  @ParameterizedTest
  @MethodSource("edges")
  void modulesUseOnlyWhatTheTableAllows(Edges edges) {
    String[] allowed = Arrays.copyOf(edges.mayUse(), edges.mayUse().length + 1);
    allowed[edges.mayUse().length] = edges.module();
    noClasses()
        .that()
        .resideInAPackage(edges.module())
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.holdfast..").and(not(resideInAnyPackage(allowed))))
        .check(classes);
  }

  @Test
  void librariesAndDomainCodeKnowNoContainer() {
    String[] container = {
      "io.quarkus..",
      "jakarta.enterprise..",
      "jakarta.inject..",
      "io.smallrye..",
      "org.eclipse.microprofile.."
    };
    noClasses()
        .that()
        .resideInAnyPackage(PROTOCOL, ERASURE, PIECE_CLIENT, UPLINK, LAUNCHER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(container)
        .check(classes);
    noClasses()
        .that(
            resideInAnyPackage(SATELLITE, STORAGE_NODE, S3_GATEWAY)
                .and(not(resideInAnyPackage("dev.holdfast.*.runtime.."))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(container)
        .because("Quarkus stays at the rim, so that a test can start a peer without it")
        .check(classes);
  }

  @Test
  void nobodyKnowsTheRuntimeRim() {
    for (String module : List.of("satellite", "storagenode", "s3gateway")) {
      String runtime = "dev.holdfast." + module + ".runtime..";
      noClasses()
          .that(resideInAPackage("dev.holdfast..").and(not(resideInAPackage(runtime))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(runtime)
          .check(classes);
    }
  }

  @Test
  void onlyTheUplinkEncryptsAndDecrypts() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "dev.holdfast.uplink.encryption..",
                    // The master key under the passphrase.
                    "dev.holdfast.uplink.keyslots..",
                    // The sealed access grants of a multi-tenant gateway.
                    "dev.holdfast.s3gateway.credential..")))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("javax.crypto.Cipher")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.crypto.tink..")
        .check(classes);
  }

  @Test
  void onlyTheSatelliteSpeaksSql() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SATELLITE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "org.flywaydb..")
        .check(classes);
  }

  @Test
  void nothingIsInjectedIntoFields() {
    fields().should().notBeAnnotatedWith("jakarta.inject.Inject").check(classes);
  }

  @Test
  void onlyTheLauncherPrints() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackage(LAUNCHER)
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging..");
    rule.check(classes.that(not(resideInAPackage("dev.holdfast.protocol.wire.."))));
  }

  @Test
  void librariesDoNotLog() {
    noClasses()
        .that()
        .resideInAnyPackage(PROTOCOL, ERASURE, PIECE_CLIENT, UPLINK)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.slf4j..", "org.jboss.logging..", "org.apache.logging..")
        .check(classes);
  }

  @Test
  void timeAndChanceArePassedIn() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "dev.holdfast.*.runtime..",
                    LAUNCHER,
                    // The SDK's front door, where a user brings no clock.
                    "dev.holdfast.uplink",
                    "dev.holdfast.protocol.wire..")))
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callConstructor(java.util.Random.class)
        .orShould()
        .callConstructor(java.util.Random.class, long.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .check(classes);
  }

  @Test
  void secretsHaveNoTextForm() {
    classes()
        .that()
        .haveSimpleName("SecretBytes")
        .should()
        .beAssignableTo(Object.class)
        .andShould()
        .notBeAssignableTo(CharSequence.class)
        .andShould()
        .notBeAssignableTo(java.io.Serializable.class)
        .check(classes);
  }
}
