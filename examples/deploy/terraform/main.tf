# Deploys the zip that `plz build //examples/echo:lambda` writes. Run from this folder.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "role_arn" {
  description = "Role that the function runs with."
  type        = string
}

locals {
  built    = "${path.module}/../../../plz-out/gen/examples/echo"
  manifest = jsondecode(file("${local.built}/lambda.json"))
}

resource "aws_lambda_function" "echo" {
  function_name = "echo"
  role          = var.role_arn

  filename         = "${local.built}/lambda.zip"
  source_code_hash = local.manifest.code_sha256

  # What the zip was built and checked for.
  runtime       = local.manifest.runtime
  architectures = [local.manifest.architecture]
  handler       = local.manifest.handler.entry
}

output "code_sha256" {
  value = aws_lambda_function.echo.source_code_hash
}
